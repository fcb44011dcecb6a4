using FunctionJobs.Worker;

namespace FunctionJobs.Tests;

public sealed class FetchTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(2_147_483_645)]
    [InlineData(281_474_976_700_000)]
    public async Task The_most_urgent_job_comes_first_and_equals_come_in_order_however_many_there_were_before(long before)
    {
        await using var queue = await TestQueue.CreateAsync();
        await queue.Database.HashSetAsync(queue.Keys.Stats, "enqueued", before);
        string[] words = ["5a", "9", "0", "5b", "3", "5c"];
        var ids = new Dictionary<string, string>();
        foreach (var word in words)
        {
            ids[(await queue.EnqueueAsync(word, new() { Priority = word[0] - '0' })).Id] = word;
        }

        var (jobs, available) = await Fetch.RunAsync(queue.AsWorker(), 5);

        Assert.Equal(["0", "3", "5a", "5b", "5c"], jobs.Select(job => ids[job.Id]));
        Assert.Equal(1, available);
    }

    [Theory]
    [InlineData(Doorbell.List)]
    [InlineData(Doorbell.Stream)]
    public async Task As_many_entries_come_off_the_doorbell_as_jobs_are_taken_and_each_job_is_leased(Doorbell doorbell)
    {
        await using var queue = await TestQueue.CreateAsync(doorbell);
        var worker = queue.AsWorker();
        await queue.EnqueueManyAsync(Enumerable.Range(0, 10).Select(n => $"{n}"));

        var (jobs, available) = await Fetch.RunAsync(worker, 4);

        Assert.Equal((4, 6, 6, 4), (jobs.Count, available, await queue.DoorbellLengthAsync(), await queue.Database.SortedSetLengthAsync(queue.Keys.Executing)));
        Assert.All(jobs, job => Assert.NotEmpty(job.Lease));
    }

    [Fact]
    public async Task A_lease_leaves_three_of_the_fifteen_seconds_promised_after_a_freeze_to_the_next_look_and_the_wait_for_a_slot()
    {
        await using var queue = await TestQueue.CreateAsync();
        var handle = await queue.EnqueueAsync();

        await Fetch.RunAsync(queue.AsWorker(), 1);

        var ends = await queue.Database.SortedSetScoreAsync(queue.Keys.Executing, handle.Id);
        Assert.InRange(ends!.Value - (await queue.NowAsync()).ToUnixTimeMilliseconds(), 0, 12_000);
    }

    [Fact]
    public async Task A_job_past_its_expiry_becomes_expired_and_those_behind_it_run()
    {
        await using var queue = await TestQueue.CreateAsync();
        var late = await queue.EnqueueAsync(options: new() { ExpiresIn = TimeSpan.FromMilliseconds(1) });
        await queue.WaitUntilAsync((await queue.InfoAsync(late.Id)).ExpiresAt!.Value);
        var next = await queue.EnqueueAsync(options: new() { ExpiresIn = TimeSpan.FromMinutes(1) });

        var (jobs, _) = await Fetch.RunAsync(queue.AsWorker(), 10);

        Assert.Equal([next.Id], jobs.Select(job => job.Id));
        Assert.Equal(JobState.Expired, await late.GetStateAsync());
        Assert.Equal(JobState.Expired, (await Assert.ThrowsAsync<JobFailedException>(
            () => late.WaitForResultAsync<string>(TimeSpan.FromSeconds(5)))).State);
    }

    [Fact]
    public async Task An_expiry_of_long_ago_is_an_expiry()
    {
        await using var queue = await TestQueue.CreateAsync();
        var handle = await queue.EnqueueAsync("late", new() { ExpiresAt = default(DateTimeOffset) });
        await queue.StartWorkerAsync((job, _) => Task.FromResult<string?>(job.Word));

        await Assert.ThrowsAsync<JobFailedException>(() => handle.WaitForResultAsync<string>(TimeSpan.FromSeconds(10)));
        Assert.Equal(JobState.Expired, await handle.GetStateAsync());
    }

    [Fact]
    public async Task A_job_that_has_started_in_time_is_tried_again_after_its_expiry()
    {
        await using var queue = await TestQueue.CreateAsync();
        var worker = queue.AsWorker();
        var handle = await queue.EnqueueAsync(options: new() { ExpiresIn = TimeSpan.FromSeconds(1) });
        await worker.RetryAsync((await worker.FetchOneAsync())!, TimeSpan.Zero);
        await queue.WaitUntilAsync((await queue.InfoAsync(handle.Id)).ExpiresAt!.Value);
        await worker.StageAsync();

        Assert.Equal(2, (await worker.FetchOneAsync())?.Attempt);
    }

    [Fact]
    public async Task A_job_without_a_record_is_dropped_and_those_behind_it_run()
    {
        await using var queue = await TestQueue.CreateAsync();
        var gone = await queue.EnqueueAsync();
        var next = await queue.EnqueueAsync();
        await queue.Database.KeyDeleteAsync(queue.Keys.Job(gone.Id));

        var (jobs, available) = await Fetch.RunAsync(queue.AsWorker(), 10);

        Assert.Equal([next.Id], jobs.Select(job => job.Id));
        Assert.Equal(0, available);
    }

    [Fact]
    public async Task An_entry_claims_the_job_it_names_and_an_id_of_no_job_is_told()
    {
        await using var queue = await TestQueue.CreateAsync();
        var worker = queue.AsWorker();
        await queue.EnqueueAsync();
        var named = await queue.EnqueueAsync();
        var running = await queue.EnqueueAsync(options: new() { Priority = 0 });
        await worker.FetchOneAsync();

        var (jobs, unknown) = await Claim.RunAsync(worker, 10, [named.Id, running.Id, "nobody"]);

        Assert.Equal([named.Id], jobs.Select(job => job.Id));
        Assert.Equal(["nobody"], unknown);
    }
}
