namespace FunctionJobs.Tests;

public sealed class CancelTests
{
    [Fact]
    public async Task An_available_job_is_cancelled_at_once_and_never_runs()
    {
        await using var queue = await TestQueue.CreateAsync();
        var handle = await queue.EnqueueAsync();

        Assert.Equal(CancelOutcome.Cancelled, await handle.CancelAsync());

        Assert.Equal(JobState.Cancelled, await handle.GetStateAsync());
        Assert.Null(await queue.AsWorker().FetchOneAsync());
        Assert.Null(await queue.AsWorker().ClaimAsync(handle.Id));
    }

    [Fact]
    public async Task A_scheduled_and_a_retryable_job_are_cancelled_at_once()
    {
        await using var queue = await TestQueue.CreateAsync();
        var worker = queue.AsWorker();
        var retryable = await queue.EnqueueAsync();
        await worker.RetryAsync((await worker.FetchOneAsync())!);
        var scheduled = await queue.EnqueueAsync(options: new() { Delay = TimeSpan.FromHours(1) });

        Assert.Equal(CancelOutcome.Cancelled, await scheduled.CancelAsync());
        Assert.Equal(CancelOutcome.Cancelled, await retryable.CancelAsync());

        Assert.Equal(0, await queue.Database.SortedSetLengthAsync(queue.Keys.Scheduled));
        Assert.Equal(JobState.Cancelled, await scheduled.GetStateAsync());
        Assert.Equal(JobState.Cancelled, await retryable.GetStateAsync());
    }

    [Fact]
    public async Task A_job_that_has_ended_stays_as_it_ended()
    {
        await using var queue = await TestQueue.CreateAsync();
        var worker = queue.AsWorker();
        var completed = await queue.EnqueueAsync();
        await worker.CompleteAsync((await worker.FetchOneAsync())!);
        var discarded = await queue.EnqueueAsync();
        await worker.DiscardAsync((await worker.FetchOneAsync())!);

        Assert.Equal(CancelOutcome.AlreadyEnded, await completed.CancelAsync());
        Assert.Equal(CancelOutcome.AlreadyEnded, await discarded.CancelAsync());
        Assert.Equal(JobState.Completed, await completed.GetStateAsync());
        Assert.Equal(JobState.Discarded, await discarded.GetStateAsync());
    }

    [Fact]
    public async Task A_job_that_nobody_knows_is_not_found()
    {
        await using var queue = await TestQueue.CreateAsync();

        Assert.Equal(CancelOutcome.NotFound, await queue.Enqueuer.GetJob(queue.Queue.Name, "nobody").CancelAsync());
    }

    public static TheoryData<string> Returns { get; } = ["release", "retry", "postpone", "rescue"];

    [Theory]
    [MemberData(nameof(Returns))]
    public async Task A_job_whose_cancel_was_requested_ends_as_cancelled_however_its_worker_gives_it_back(string verb)
    {
        await using var queue = await TestQueue.CreateAsync();
        var worker = queue.AsWorker();
        var handle = await queue.EnqueueAsync();
        var job = (await worker.FetchOneAsync())!;
        Assert.Equal(CancelOutcome.Requested, await handle.CancelAsync());

        switch (verb)
        {
            case "release":
                Assert.True(await worker.ReleaseAsync(job));
                break;
            case "retry":
                Assert.True(await worker.RetryAsync(job));
                break;
            case "postpone":
                Assert.True(await worker.PostponeAsync(job));
                break;
            default:
                await worker.OutliveLeaseAsync(handle.Id);
                await worker.RescueAsync();
                break;
        }

        Assert.Equal(JobState.Cancelled, await handle.GetStateAsync());
        Assert.Null(await worker.FetchOneAsync());
        Assert.Equal(0, await queue.Database.SortedSetLengthAsync(queue.Keys.Scheduled));
        Assert.Equal(0, await queue.Database.SortedSetLengthAsync(queue.Keys.Executing));
    }

    [Fact]
    public async Task A_job_that_is_cancelled_while_it_runs_is_kept_as_long_as_its_type_says()
    {
        await using var queue = await TestQueue.CreateAsync();
        await queue.StartWorkerAsync(
            async (_, context) =>
            {
                await Task.Delay(Timeout.Infinite, context.CancellationToken);
                return null;
            },
            type: options => options.KeepResultFor = TimeSpan.FromDays(2));
        var handle = await queue.EnqueueAsync();
        await Eventually.TrueAsync(async () => await handle.GetStateAsync() == JobState.Executing, "it runs");

        Assert.Equal(CancelOutcome.Requested, await handle.CancelAsync());

        await Eventually.TrueAsync(async () => await handle.GetStateAsync() == JobState.Cancelled, "it has ended");
        Assert.True(await queue.Database.KeyTimeToLiveAsync(queue.Keys.Job(handle.Id)) > TimeSpan.FromDays(1));
    }

    [Fact]
    public async Task Who_awaits_a_job_that_is_not_kept_still_learns_that_it_was_cancelled()
    {
        await using var queue = await TestQueue.CreateAsync();
        var handle = await queue.EnqueueAsync(options: new() { KeepResultFor = TimeSpan.Zero });
        var waiting = handle.WaitForResultAsync<string>(TimeSpan.FromSeconds(20));
        await Eventually.TrueAsync(() => queue.Database.HashExistsAsync(queue.Keys.Job(handle.Id), "awaited"), "the wait is known to Redis");

        await handle.CancelAsync();

        Assert.Equal(JobState.Cancelled, (await Assert.ThrowsAsync<JobFailedException>(() => waiting)).State);
    }
}
