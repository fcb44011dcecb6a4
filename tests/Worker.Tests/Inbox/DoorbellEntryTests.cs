using FunctionJobs.Worker;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace FunctionJobs.Tests;

/// <summary>What the trigger reads that is no waiting job's id.</summary>
public sealed class DoorbellEntryTests
{
    [Theory]
    [InlineData(Doorbell.List, """{"name":"probe","id":"by-hand","args":{"word":"hello"}}""")]
    [InlineData(Doorbell.Stream, """{"Id":"1-0","Values":{"job":"{\"name\":\"probe\",\"id\":\"by-hand\",\"args\":{\"word\":\"hello\"}}"}}""")]
    [InlineData(Doorbell.Stream, """{"Id":"1-0","Values":{"name":"probe","id":"by-hand","args":"{\"word\":\"hello\"}"}}""")]
    public async Task An_entry_put_by_hand_where_the_trigger_reads_becomes_a_job_and_runs(Doorbell doorbell, string entry)
    {
        await using var queue = await TestQueue.CreateAsync(doorbell);
        var worker = await queue.StartHostAsync((job, _) => Task.FromResult<string?>(job.Word));

        await worker.InvokeAsync(queue, entry).WaitAsync(TimeSpan.FromSeconds(20));

        Assert.Equal("\"hello\"", (await queue.InfoAsync("by-hand")).ResultJson);
    }

    [Fact]
    public async Task An_entry_pushed_by_hand_that_Redis_refuses_for_a_moment_is_not_lost()
    {
        await using var queue = await TestQueue.CreateAsync();
        var worker = await queue.StartHostAsync((job, _) => Task.FromResult<string?>(job.Word));
        await queue.Database.StringSetAsync(queue.Keys.Inbox, "something else");

        var invocation = worker.InvokeAsync(queue, """{"name":"probe","id":"by-hand","args":{"word":"kept"}}""");
        await Eventually.TrueAsync(
            () => queue.Logs.Lines.Any(line => line.Category.EndsWith("QueuePump", StringComparison.Ordinal) && line.Text.Contains("WRONGTYPE", StringComparison.Ordinal)),
            "the refusal");
        await queue.Database.KeyDeleteAsync(queue.Keys.Inbox);

        await Eventually.EqualAsync<JobState?>(
            JobState.Completed, () => queue.StateAsync("by-hand"), "the state", TimeSpan.FromSeconds(5));
        await invocation;
    }

    [Theory]
    [InlineData("""{"name":"probe","args":{"word":"by hand"}}""")]
    [InlineData("not-an-id-of-any-job")]
    public async Task While_Redis_refuses_an_entry_pushed_by_hand_the_jobs_run_and_their_invocations_return(string entry)
    {
        await using var queue = await TestQueue.CreateAsync();
        var worker = await queue.StartHostAsync((job, _) => Task.FromResult<string?>(job.Word));
        await queue.Database.StringSetAsync(queue.Keys.Inbox, "something else");
        var refused = worker.InvokeAsync(queue, entry);
        var handle = await queue.EnqueueAsync("good");

        await worker.InvokeAsync(queue, handle.Id).WaitAsync(TimeSpan.FromSeconds(20));

        Assert.Equal("good", await handle.WaitForResultAsync<string>(TimeSpan.FromSeconds(20)));
        Assert.False(refused.IsCompleted);
        await queue.Database.KeyDeleteAsync(queue.Keys.Inbox);
        await refused.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Theory]
    [InlineData(Doorbell.List, "no job at all")]
    [InlineData(Doorbell.List, "{broken")]
    [InlineData(Doorbell.List, "not-an-id-of-any-job")]
    [InlineData(Doorbell.Stream, """{"Id":"1-0","Values":{"foo":"bar","x":"y"}}""")]
    [InlineData(Doorbell.Stream, """{"Id":"1-0","Values":{"name":"no name"}}""")]
    [InlineData(Doorbell.Stream, """{"Id":"1-0","Values":{"name":"probe","delay_ms":null}}""")]
    [InlineData(Doorbell.Stream, """{"Id":"1-0","Values":{"job":null}}""")]
    public async Task Garbage_where_the_trigger_reads_is_rejected_and_the_jobs_behind_it_run(Doorbell doorbell, string entry)
    {
        await using var queue = await TestQueue.CreateAsync(doorbell);
        var worker = await queue.StartHostAsync((_, _) => Task.FromResult<string?>("ran"));
        var handle = await queue.EnqueueAsync();

        await Task.WhenAll(worker.InvokeAsync(queue, entry), worker.InvokeAsync(queue, handle.Id)).WaitAsync(TimeSpan.FromSeconds(20));

        Assert.Equal(JobState.Completed, await handle.GetStateAsync());
        Assert.Contains("\"reason\"", Assert.Single(await queue.RejectedAsync()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mine:17", true)]
    [InlineData("no job", false)]
    public async Task What_may_be_a_late_ring_of_an_id_that_is_not_kept_is_rejected_with_a_word_about_that(string entry, bool mayBe)
    {
        await using var queue = await TestQueue.CreateAsync();
        var worker = await queue.StartHostAsync((_, _) => Task.FromResult<string?>(null));

        await worker.InvokeAsync(queue, entry).WaitAsync(TimeSpan.FromSeconds(20));

        Assert.Equal(mayBe, Assert.Single(await queue.RejectedAsync()).Contains("it has rung late, and nothing is lost", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Doorbell.List)]
    [InlineData(Doorbell.Stream)]
    public async Task A_late_ring_for_a_job_that_has_ended_is_silent(Doorbell doorbell)
    {
        await using var queue = await TestQueue.CreateAsync(doorbell);
        var worker = await queue.StartHostAsync((_, _) => Task.FromResult<string?>(null), options => options.Linger = TimeSpan.Zero);
        var kept = await queue.EnqueueAsync(options: new() { JobId = "kept" });
        var gone = await queue.EnqueueAsync(options: new() { KeepResultFor = TimeSpan.Zero });
        await worker.InvokeAsync(queue, kept.Id).WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Null(await gone.GetStateAsync());

        await Task.WhenAll(worker.InvokeAsync(queue, kept.Id), worker.InvokeAsync(queue, gone.Id)).WaitAsync(TimeSpan.FromSeconds(20));

        Assert.Empty(await queue.RejectedAsync());
        Assert.Equal("2", await queue.Database.HashGetAsync(queue.Keys.Stats, "completed"));
    }

    [Fact]
    public async Task A_late_ring_of_a_stream_for_a_job_with_an_id_of_its_own_that_is_not_kept_is_silent()
    {
        await using var queue = await TestQueue.CreateAsync(Doorbell.Stream);
        var worker = await queue.StartHostAsync((_, _) => Task.FromResult<string?>(null), options => options.Linger = TimeSpan.Zero);
        var handle = await queue.EnqueueAsync(options: new() { JobId = "mine", KeepResultFor = TimeSpan.Zero });
        await worker.InvokeAsync(queue, handle.Id).WaitAsync(TimeSpan.FromSeconds(20));

        await worker.InvokeAsync(queue, handle.Id).WaitAsync(TimeSpan.FromSeconds(20));

        Assert.Empty(await queue.RejectedAsync());
    }

    [Theory]
    [InlineData(Doorbell.List)]
    [InlineData(Doorbell.Stream)]
    public async Task An_entry_put_by_hand_where_the_trigger_reads_becomes_a_job_also_while_the_pump_takes_entries_away(Doorbell doorbell)
    {
        await using var queue = await TestQueue.CreateAsync(doorbell);
        for (var n = 0; n < 3; n++)
        {
            await PushByHandAsync(queue, $"by-hand-{n}");
            await queue.EnqueueAsync();
            await Fetch.RunAsync(queue.AsWorker(), 10);
            await Prune.RunAsync(queue.AsWorker());
        }

        // Nothing but what was pushed, and nothing twice.
        Assert.Equal(3, await queue.DoorbellLengthAsync());
        var worker = await queue.StartHostAsync((job, _) => Task.FromResult<string?>(job.Word));
        var isOver = new Gate();
        var listening = worker.ListenAsync(queue, isOver.Passed);
        for (var n = 0; n < 3; n++)
        {
            var id = $"by-hand-{n}";
            await Eventually.EqualAsync<JobState?>(JobState.Completed, () => queue.StateAsync(id), "the state");
        }

        isOver.Open();
        Assert.Equal(3, await listening);
        Assert.Empty(await queue.RejectedAsync());
    }

    [Fact]
    public async Task Of_the_entries_that_name_no_waiting_job_those_go_that_may_be_an_id_and_the_others_stay()
    {
        await using var queue = await TestQueue.CreateAsync();
        var entries = Enumerable.Range(0, 128).SelectMany(c => new[] { $"{(char)c}b", $"a{(char)c}", $"a{(char)c}b" }).Append("").ToList();
        await queue.Database.ListRightPushAsync(queue.Keys.Trigger, [.. entries.Select(entry => (RedisValue)entry)]);

        await Prune.RunAsync(queue.AsWorker());

        Assert.Equal(
            entries.Where(entry => JobLimits.WrongId(entry) is not null),
            (await queue.Database.ListRangeAsync(queue.Keys.Trigger)).Select(entry => entry.ToString()));
    }

    [Fact]
    public async Task An_entry_put_by_hand_that_a_stream_has_delivered_is_not_delivered_again()
    {
        await using var queue = await TestQueue.CreateAsync(Doorbell.Stream);
        await queue.Database.StreamCreateConsumerGroupAsync(queue.Keys.Trigger, "group", "0", createStream: true);
        await PushByHandAsync(queue, "read");
        Assert.Single(await queue.Database.StreamReadGroupAsync(queue.Keys.Trigger, "group", "consumer", ">"));
        await PushByHandAsync(queue, "unread");

        await Prune.RunAsync(queue.AsWorker());

        var left = Assert.Single(await queue.Database.StreamReadGroupAsync(queue.Keys.Trigger, "group", "consumer", ">"));
        Assert.Contains("unread", left["job"].ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Doorbell.List)]
    [InlineData(Doorbell.Stream)]
    public async Task A_fetch_that_wants_an_invocation_leaves_one_ring_which_is_silent(Doorbell doorbell)
    {
        await using var queue = await TestQueue.CreateAsync(doorbell);
        var fetcher = queue.AsWorker();
        foreach (var id in new[] { "one", "two", "three" })
        {
            await queue.EnqueueAsync(options: new() { JobId = id, KeepResultFor = TimeSpan.Zero });
        }

        var (first, _) = await Fetch.RunAsync(fetcher, 1, call: TriggerCall.WithTheLastJob);
        Assert.Equal(2, await queue.DoorbellLengthAsync());
        var (others, _) = await Fetch.RunAsync(fetcher, 5, call: TriggerCall.WithTheLastJob);
        Assert.Equal(1, await queue.DoorbellLengthAsync());
        Assert.All(await Complete.RunAsync(fetcher, [.. first.Concat(others).Select(job => new Finish(job, Outcome.Completed("", TimeSpan.Zero)))]), Assert.True);

        var worker = await queue.StartHostAsync((_, _) => Task.FromResult<string?>(null), options => options.Linger = TimeSpan.Zero);

        Assert.Equal(1, await worker.ListenAsync(queue, Task.Delay(100)));
        Assert.Empty(await queue.RejectedAsync());
    }

    [Theory]
    [InlineData(Doorbell.List)]
    [InlineData(Doorbell.Stream)]
    public async Task A_fetch_without_a_free_slot_takes_nothing_and_leaves_one_ring_when_nothing_waits(Doorbell doorbell)
    {
        await using var queue = await TestQueue.CreateAsync(doorbell);
        var fetcher = queue.AsWorker();
        await queue.EnqueueManyAsync(["a", "b"]);

        var (none, available) = await Fetch.RunAsync(fetcher, 0, call: TriggerCall.Always);
        Assert.Empty(none);
        Assert.Equal(2, available);
        Assert.Equal(2, await queue.DoorbellLengthAsync());
        await Fetch.RunAsync(fetcher, 2);
        Assert.Equal(0, await queue.DoorbellLengthAsync());

        foreach (var call in new[] { TriggerCall.Always, TriggerCall.Always, TriggerCall.WithTheLastJob, TriggerCall.Never })
        {
            await Fetch.RunAsync(fetcher, 0, call: call);
            Assert.Equal(1, await queue.DoorbellLengthAsync());
        }
    }

    [Theory]
    [InlineData(Doorbell.List, """{"name":"probe","id":"by-hand","args":{"word":"kept"}}""")]
    [InlineData(Doorbell.Stream, """{"Id":"1-0","Values":{"job":"{\"name\":\"probe\",\"id\":\"by-hand\",\"args\":{\"word\":\"kept\"}}"}}""")]
    public async Task An_entry_pushed_by_hand_whose_invocation_is_cancelled_at_once_becomes_a_job(Doorbell doorbell, string entry)
    {
        await using var queue = await TestQueue.CreateAsync(doorbell);
        var worker = await queue.StartHostAsync((job, _) => Task.FromResult<string?>(job.Word));

        await worker.Services.GetRequiredService<JobPump>().RunAsync(queue.Queue.Name, entry, new CancellationToken(canceled: true));

        await Eventually.EqualAsync<JobState?>(JobState.Completed, () => queue.StateAsync("by-hand"), "the state");
    }

    private static Task PushByHandAsync(TestQueue queue, string id)
    {
        var entry = $$$"""{"name":"probe","id":"{{{id}}}","args":{"word":"hello"}}""";
        return queue.Queue.Doorbell == Doorbell.List
            ? queue.Database.ListRightPushAsync(queue.Keys.Trigger, entry)
            : queue.Database.StreamAddAsync(queue.Keys.Trigger, "job", entry);
    }
}
