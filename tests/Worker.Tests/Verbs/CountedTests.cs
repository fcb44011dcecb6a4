using FunctionJobs.Worker;
using Microsoft.Extensions.Logging.Abstractions;

namespace FunctionJobs.Tests;

/// <summary>Each move of a job is counted once in the metrics, by the name that docs/configuration.md gives it.</summary>
public sealed class CountedTests
{
    public static TheoryData<string, string> Ends { get; } = new()
    {
        { "complete", "completed 1" },
        { "retry", "retried 1" },
        { "discard", "discarded 1" },
        { "release", "released 1" },
        { "postpone", "postponed 1" },
        { "postpone past the limit", "discarded 1" },
        { "cancel", "cancelled 1" },
    };

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task An_end_is_counted_once_as_what_the_job_became(string verb, string counted)
    {
        await using var queue = await TestQueue.CreateAsync();
        var worker = queue.AsWorker();
        await queue.EnqueueAsync();
        var job = (await worker.FetchOneAsync())!;
        using var metrics = new Metered(queue.Queue.Name);

        Assert.True(await EndAsync(worker, job, verb));

        Assert.Equal(counted, metrics.Counted);
    }

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task An_end_whose_lease_was_lost_is_counted_as_lost(string verb, string ifHeld)
    {
        await using var queue = await TestQueue.CreateAsync();
        var (stale, rescuer) = (queue.AsWorker(), queue.AsWorker());
        await queue.EnqueueAsync();
        var job = (await stale.FetchOneAsync())!;
        await rescuer.RescueAndFetchAsync(job.Id);
        using var metrics = new Metered(queue.Queue.Name);

        Assert.False(await EndAsync(stale, job, verb), $"{ifHeld} was written.");

        Assert.Equal("lost 1", metrics.Counted);
    }

    [Theory]
    [InlineData("retry")]
    [InlineData("release")]
    [InlineData("postpone")]
    [InlineData("rescue")]
    public async Task A_job_whose_cancel_was_requested_is_counted_as_cancelled_however_its_worker_gives_it_back(string verb)
    {
        await using var queue = await TestQueue.CreateAsync();
        var worker = queue.AsWorker();
        var handle = await queue.EnqueueAsync();
        var job = (await worker.FetchOneAsync())!;
        Assert.Equal(CancelOutcome.Requested, await handle.CancelAsync());
        using var metrics = new Metered(queue.Queue.Name);

        if (verb == "rescue")
        {
            await worker.OutliveLeaseAsync(job.Id);
            Assert.Empty((await queue.AsWorker().RescueAsync()).Rescued);
        }
        else
        {
            Assert.True(await EndAsync(worker, job, verb));
        }

        Assert.Equal(JobState.Cancelled, await handle.GetStateAsync());
        Assert.Equal("cancelled 1", metrics.Counted);
    }

    [Fact]
    public async Task Jobs_are_counted_when_they_start_and_when_they_are_found_expired()
    {
        await using var queue = await TestQueue.CreateAsync();
        var worker = queue.AsWorker();
        var expired = await queue.EnqueueManyAsync(["fetched", "claimed"], new() { ExpiresIn = TimeSpan.FromMilliseconds(1) });
        var fresh = await queue.EnqueueManyAsync(["fetched", "claimed"]);
        await queue.WaitUntilAsync((await queue.InfoAsync(expired[1].Id)).ExpiresAt!.Value);
        using var metrics = new Metered(queue.Queue.Name);

        Assert.Null(await worker.ClaimAsync(expired[1].Id));
        Assert.NotNull(await worker.ClaimAsync(fresh[1].Id));
        Assert.Equal("expired 1, started 1", metrics.Counted);

        Assert.Equal(fresh[0].Id, Assert.Single((await Fetch.RunAsync(worker, 10)).Jobs).Id);
        Assert.Equal("expired 2, started 2", metrics.Counted);
    }

    [Fact]
    public async Task Jobs_that_become_available_again_are_counted_as_staged_or_rescued()
    {
        await using var queue = await TestQueue.CreateAsync();
        var worker = queue.AsWorker();
        var scheduled = await queue.EnqueueAsync(options: new() { Delay = TimeSpan.FromHours(1) });
        await queue.EnqueueAsync();
        var job = (await worker.FetchOneAsync())!;
        using var metrics = new Metered(queue.Queue.Name);

        Assert.Equal(0, await worker.StageAsync());
        Assert.Equal("", metrics.Counted);

        await worker.MakeDueAsync(scheduled.Id);
        Assert.Equal(1, await worker.StageAsync());
        await worker.OutliveLeaseAsync(job.Id);
        Assert.Single((await worker.RescueAsync()).Rescued);
        await worker.RescueAsync();
        Assert.Equal("rescued 1, staged 1", metrics.Counted);
    }

    [Fact]
    public async Task What_comes_by_the_inbox_is_counted_as_adopted_duplicate_or_rejected()
    {
        await using var queue = await TestQueue.CreateAsync();
        var adopter = new InboxAdopter(NullLogger<InboxAdopter>.Instance);
        using var metrics = new Metered(queue.Queue.Name);

        await queue.Database.ListRightPushAsync(
            queue.Keys.Inbox, ["""{"name":"probe","id":"one"}""", """{"name":"probe","id":"one","priority":1}""", "no json"]);
        await adopter.AdoptAsync(queue.AsWorker());

        Assert.Equal("adopted 1, duplicate 1, rejected 1", metrics.Counted);
    }

    [Fact]
    public async Task An_inbox_entry_that_another_worker_has_taken_is_counted_by_that_worker_only()
    {
        await using var queue = await TestQueue.CreateAsync();
        using var metrics = new Metered(queue.Queue.Name);

        Assert.Equal(["gone"], await Adopt.RunAsync(queue.AsWorker(), [InboxReader.Read("""{"name":"probe"}""")]));

        Assert.Equal("", metrics.Counted);
    }

    private static Task<bool> EndAsync(WorkerQueue worker, LeasedJob job, string verb) => verb switch
    {
        "complete" => worker.CompleteAsync(job),
        "retry" => worker.RetryAsync(job),
        "discard" => worker.DiscardAsync(job),
        "release" => worker.ReleaseAsync(job),
        "postpone" => worker.PostponeAsync(job),
        "postpone past the limit" => worker.PostponeAsync(job, TimeSpan.Zero),
        _ => worker.CancelLeasedAsync(job),
    };
}
