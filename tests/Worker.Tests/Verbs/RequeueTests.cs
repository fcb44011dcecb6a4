using System.Text.Json;
using FunctionJobs.Worker;

namespace FunctionJobs.Tests;

public sealed class RequeueTests
{
    [Theory]
    [InlineData(Doorbell.List)]
    [InlineData(Doorbell.Stream)]
    public async Task A_dead_letter_runs_again_under_its_id_with_its_attempts_counted_anew_and_its_errors_kept(Doorbell doorbell)
    {
        await using var queue = await TestQueue.CreateAsync(doorbell);
        var isMended = false;
        await queue.StartWorkerAsync(
            (job, _) => isMended ? Task.FromResult<string?>(job.Word) : throw new InvalidOperationException("not yet"),
            type: options => options.MaxAttempts = 2);
        var handle = await queue.EnqueueAsync("again", new() { JobId = "mine" });
        await Eventually.EqualAsync<JobState?>(JobState.Discarded, () => handle.GetStateAsync(), "the state");
        isMended = true;

        Assert.Equal(RequeueOutcome.Requeued, await handle.RequeueAsync());

        Assert.Equal("again", await handle.WaitForResultAsync<string>(TimeSpan.FromSeconds(20)));
        var info = await queue.InfoAsync("mine");
        Assert.Equal(1, info.Attempt);
        Assert.Equal([1, 2], info.Errors.Select(error => error.Attempt));
    }

    [Fact]
    public async Task A_job_that_is_no_dead_letter_is_left_alone()
    {
        await using var queue = await TestQueue.CreateAsync();
        var worker = queue.AsWorker();
        var handle = await queue.EnqueueAsync();

        Assert.Equal(RequeueOutcome.NotDiscarded, await handle.RequeueAsync());
        var job = (await worker.FetchOneAsync())!;
        Assert.Equal(RequeueOutcome.NotDiscarded, await handle.RequeueAsync());
        Assert.True(await worker.CompleteAsync(job));
        Assert.Equal(RequeueOutcome.NotDiscarded, await handle.RequeueAsync());
        Assert.Equal(JobState.Completed, await handle.GetStateAsync());
        Assert.Equal(0, await queue.Database.SortedSetLengthAsync(queue.Keys.Scheduled));
    }

    [Fact]
    public async Task A_job_that_nobody_knows_is_not_found()
    {
        await using var queue = await TestQueue.CreateAsync();

        Assert.Equal(RequeueOutcome.NotFound, await queue.Enqueuer.GetJob(queue.Queue.Name, "nobody").RequeueAsync());
        Assert.Empty(await queue.KeysInRedisAsync());
    }

    [Fact]
    public async Task What_two_ask_for_at_the_same_time_is_done_once()
    {
        await using var queue = await TestQueue.CreateAsync();
        var (handle, _) = await DeadLetterAsync(queue);

        var outcomes = await Task.WhenAll(handle.RequeueAsync(), handle.RequeueAsync());

        Assert.Equal([RequeueOutcome.NotDiscarded, RequeueOutcome.Requeued], outcomes.Order());
    }

    [Fact]
    public async Task It_is_no_longer_kept_as_a_dead_letter_only_and_never_deleted_before_it_has_ended()
    {
        await using var queue = await TestQueue.CreateAsync();
        var worker = queue.AsWorker(options => options.KeepDiscardedAtMost = 0);
        var (handle, _) = await DeadLetterAsync(queue);
        Assert.NotNull(await queue.Database.KeyTimeToLiveAsync(queue.Keys.Job(handle.Id)));

        await handle.RequeueAsync();
        await Prune.RunAsync(worker);

        Assert.Null(await queue.Database.KeyTimeToLiveAsync(queue.Keys.Job(handle.Id)));
        Assert.Equal(1, await worker.StageAsync());
        Assert.Equal(handle.Id, (await worker.FetchOneAsync())!.Id);
    }

    [Fact]
    public async Task It_runs_although_its_expiry_has_passed_and_a_cancel_was_asked_for_in_its_last_attempt()
    {
        await using var queue = await TestQueue.CreateAsync();
        var worker = queue.AsWorker();
        var (handle, _) = await DeadLetterAsync(queue, new() { ExpiresIn = TimeSpan.FromSeconds(2) }, handle => handle.CancelAsync());
        await queue.WaitUntilAsync((await queue.InfoAsync(handle.Id)).ExpiresAt!.Value);

        await handle.RequeueAsync();
        await worker.StageAsync();

        var job = Assert.IsType<LeasedJob>(await worker.FetchOneAsync());
        Assert.True(await worker.RetryAsync(job));
        Assert.Equal(JobState.Retryable, await handle.GetStateAsync());
    }

    [Fact]
    public async Task The_lease_of_its_last_attempt_no_longer_counts()
    {
        await using var queue = await TestQueue.CreateAsync();
        var worker = queue.AsWorker();
        var (handle, stale) = await DeadLetterAsync(queue);
        await handle.RequeueAsync();
        await worker.StageAsync();
        var live = (await worker.FetchOneAsync())!;

        Assert.False(await worker.CompleteAsync(stale));
        Assert.True(await worker.CompleteAsync(live));
    }

    [Fact]
    public async Task An_effect_that_was_done_is_not_done_again()
    {
        await using var queue = await TestQueue.CreateAsync();
        var effects = 0;
        await queue.StartWorkerAsync(async (_, context) =>
        {
            var once = await context.OnceAsync("mail", _ => Task.FromResult(++effects));
            return once.RanNow ? throw context.Discard("after the effect") : $"{once.Value}";
        });
        var handle = await queue.EnqueueAsync();
        await Eventually.EqualAsync<JobState?>(JobState.Discarded, () => handle.GetStateAsync(), "the state");

        await handle.RequeueAsync();

        Assert.Equal("1", await handle.WaitForResultAsync<string>(TimeSpan.FromSeconds(20)));
        Assert.Equal(1, effects);
    }

    [Fact]
    public async Task An_effect_that_went_down_with_the_last_attempt_is_begun_again_at_once()
    {
        await using var queue = await TestQueue.CreateAsync();
        var worker = queue.AsWorker();
        var keys = new IdempotencyKeys(queue.Redis, JsonSerializerOptions.Web, TimeProvider.System);
        Task<OnceOutcome<string>> OnceAsync(LeasedJob job, Func<Task<string>> effect) => keys.OnceAsync(
            new(queue.Queue.Name, job.Id, "probe", job.Attempt, 3, default, job.Lease), "key", _ => effect(), CancellationToken.None);
        var (started, go) = (new Gate(), new Gate());
        var handle = await queue.EnqueueAsync();
        await worker.FetchOneAsync();
        var second = await worker.RescueAndFetchAsync(handle.Id);
        Assert.Equal(2, second.Attempt);
        var lost = OnceAsync(second, async () =>
        {
            started.Open();
            await go.Passed;
            return "lost";
        });
        await started.Passed;
        await worker.DiscardAsync(second);

        await handle.RequeueAsync();
        await worker.StageAsync();
        var first = (await worker.FetchOneAsync())!;

        Assert.Equal(1, first.Attempt);
        Assert.True((await OnceAsync(first, () => Task.FromResult("again"))).RanNow);
        go.Open();
        await lost;
    }

    private static async Task<(JobHandle Handle, LeasedJob Job)> DeadLetterAsync(
        TestQueue queue, EnqueueOptions? options = null, Func<JobHandle, Task>? whileItRuns = null)
    {
        var worker = queue.AsWorker();
        var handle = await queue.EnqueueAsync(options: options);
        var job = (await worker.FetchOneAsync())!;
        await (whileItRuns?.Invoke(handle) ?? Task.CompletedTask);
        Assert.True(await worker.DiscardAsync(job));
        return (handle, job);
    }
}
