using FunctionJobs.Worker;
using StackExchange.Redis;

namespace FunctionJobs.Tests;

/// <summary>Two that want the same job: for each pair of rivals, one wins and the other is told.</summary>
public sealed class RivalsTests
{
    [Fact]
    public async Task A_stale_worker_cannot_complete_a_rescued_job()
    {
        await using var queue = await TestQueue.CreateAsync();
        var (stale, fresh) = (queue.AsWorker(), queue.AsWorker());
        var handle = await queue.EnqueueAsync();
        var first = (await stale.FetchOneAsync())!;
        var second = await fresh.RescueAndFetchAsync(handle.Id);

        Assert.False(await stale.CompleteAsync(first, "\"stale\""));
        Assert.Equal(JobState.Executing, await handle.GetStateAsync());
        Assert.True(await fresh.CompleteAsync(second, "\"fresh\""));
        Assert.False(await stale.CompleteAsync(first, "\"stale\""));

        var info = await queue.InfoAsync(handle.Id);
        Assert.Equal((JobState.Completed, "\"fresh\"", 2), (info.State, info.ResultJson, info.Attempt));
    }

    [Fact]
    public async Task A_stale_worker_can_neither_retry_nor_discard_nor_release_nor_cancel_nor_postpone_nor_renew_a_rescued_job()
    {
        await using var queue = await TestQueue.CreateAsync();
        var (stale, fresh) = (queue.AsWorker(), queue.AsWorker());
        var handle = await queue.EnqueueAsync();
        var first = (await stale.FetchOneAsync())!;
        var second = await fresh.RescueAndFetchAsync(handle.Id);

        Assert.False(await stale.RetryAsync(first));
        Assert.False(await stale.DiscardAsync(first));
        Assert.False(await stale.ReleaseAsync(first));
        Assert.False(await stale.CancelLeasedAsync(first));
        Assert.False(await stale.PostponeAsync(first));
        Assert.False(await stale.RenewAsync(first));

        Assert.True(await fresh.RenewAsync(second));
        var info = await queue.InfoAsync(handle.Id);
        Assert.Equal((JobState.Executing, 2, fresh.Worker.Name), (info.State, info.Attempt, info.Worker));
        Assert.Equal(0, await queue.Database.SortedSetLengthAsync(queue.Keys.Scheduled));
        Assert.Equal(0, await queue.Database.SortedSetLengthAsync(queue.Keys.Available));
        Assert.Equal(0, await queue.Database.SortedSetLengthAsync(queue.Keys.Discarded));
    }

    [Fact]
    public async Task A_released_job_that_the_same_worker_took_again_is_not_finished_by_its_earlier_attempt()
    {
        await using var queue = await TestQueue.CreateAsync();
        var worker = queue.AsWorker();
        await queue.EnqueueAsync();
        var first = (await worker.FetchOneAsync())!;
        Assert.True(await worker.ReleaseAsync(first));
        var second = (await worker.FetchOneAsync())!;

        Assert.Equal(first.Attempt, second.Attempt);
        Assert.False(await worker.CompleteAsync(first));
        Assert.True(await worker.CompleteAsync(second));
    }

    [Fact]
    public async Task An_end_that_is_written_again_since_its_answer_was_lost_counts_and_changes_nothing()
    {
        await using var queue = await TestQueue.CreateAsync();
        var worker = queue.AsWorker();
        await queue.EnqueueManyAsync(["first", "second"]);
        var jobs = (await Fetch.RunAsync(worker, 2)).Jobs;
        var (completed, retried) = (jobs[0], jobs[1]);
        Assert.True(await worker.CompleteAsync(completed, "1"));
        Assert.True(await worker.RetryAsync(retried));
        var before = await RecordsAsync();

        Assert.True(await worker.CompleteAsync(completed, "1"));
        Assert.True(await worker.RetryAsync(retried));

        Assert.Equal(before, await RecordsAsync());
        // Of an attempt that has ended otherwise it is not an end.
        Assert.False(await worker.CompleteAsync(retried));
        Assert.False(await worker.RetryAsync(completed));

        async Task<HashSet<string>> RecordsAsync()
        {
            RedisKey[] hashes = [queue.Keys.Job(completed.Id), queue.Keys.Job(retried.Id), queue.Keys.Stats];
            var fields = await Task.WhenAll(hashes.Select(hash => queue.Database.HashGetAllAsync(hash)));
            var due = await queue.Database.SortedSetScoreAsync(queue.Keys.Scheduled, retried.Id);
            return [.. fields.SelectMany((all, of) => all.Select(field => $"{hashes[of]} {field}")), $"due {due:R}"];
        }
    }

    [Fact]
    public async Task A_lease_that_ran_out_but_was_not_rescued_still_counts()
    {
        await using var queue = await TestQueue.CreateAsync();
        var worker = queue.AsWorker();
        var handle = await queue.EnqueueAsync();
        var job = (await worker.FetchOneAsync())!;
        await worker.OutliveLeaseAsync(handle.Id);

        Assert.True(await worker.CompleteAsync(job));
        Assert.Empty((await worker.RescueAsync()).Rescued);
        Assert.Equal(JobState.Completed, await handle.GetStateAsync());
    }

    [Fact]
    public async Task Complete_and_rescue_at_the_same_moment_leave_one_winner() =>
        await RaceAsync(
            async (queue, worker, job) =>
            {
                await worker.OutliveLeaseAsync(job.Id);
                return (() => worker.CompleteAsync(job), async () => (await queue.AsWorker().RescueAsync()).Rescued.Length == 1);
            },
            first: JobState.Completed,
            second: JobState.Available);

    [Fact]
    public async Task Retry_and_rescue_at_the_same_moment_leave_one_winner() =>
        await RaceAsync(
            async (queue, worker, job) =>
            {
                await worker.OutliveLeaseAsync(job.Id);
                return (() => worker.RetryAsync(job), async () => (await queue.AsWorker().RescueAsync()).Rescued.Length == 1);
            },
            first: JobState.Retryable,
            second: JobState.Available);

    [Fact]
    public async Task Release_and_rescue_at_the_same_moment_leave_the_job_available_once() =>
        await RaceAsync(
            async (queue, worker, job) =>
            {
                await worker.OutliveLeaseAsync(job.Id);
                return (() => worker.ReleaseAsync(job), async () => (await queue.AsWorker().RescueAsync()).Rescued.Length == 1);
            },
            first: JobState.Available,
            second: JobState.Available);

    [Fact]
    public async Task Discard_and_complete_of_one_attempt_leave_one_winner() =>
        await RaceAsync(
            (_, worker, job) => Task.FromResult<(Func<Task<bool>>, Func<Task<bool>>)>(
                (() => worker.DiscardAsync(job), () => worker.CompleteAsync(job))),
            first: JobState.Discarded,
            second: JobState.Completed);

    [Fact]
    public async Task Two_rescuers_rescue_a_job_once() =>
        await RaceAsync(
            async (queue, worker, job) =>
            {
                await worker.OutliveLeaseAsync(job.Id);
                var (one, other) = (queue.AsWorker(), queue.AsWorker());
                return (async () => (await one.RescueAsync()).Rescued.Length == 1, async () => (await other.RescueAsync()).Rescued.Length == 1);
            },
            first: JobState.Available,
            second: JobState.Available);

    [Fact]
    public async Task A_cancel_never_undoes_a_completion_and_a_completion_wins_over_a_request()
    {
        await using var queue = await TestQueue.CreateAsync();
        var worker = queue.AsWorker();
        for (var round = 0; round < 20; round++)
        {
            var handle = await queue.EnqueueAsync();
            var job = (await worker.FetchOneAsync())!;
            var complete = worker.CompleteAsync(job);
            var cancel = handle.CancelAsync();

            Assert.True(await complete);
            Assert.Contains(await cancel, new[] { CancelOutcome.Requested, CancelOutcome.AlreadyEnded });
            Assert.Equal(JobState.Completed, await handle.GetStateAsync());
        }
    }

    [Fact]
    public async Task Claim_and_fetch_at_the_same_moment_take_a_job_once()
    {
        await using var queue = await TestQueue.CreateAsync();
        var (one, other) = (queue.AsWorker(), queue.AsWorker());
        for (var round = 0; round < 20; round++)
        {
            var handle = await queue.EnqueueAsync();
            var taken = await Task.WhenAll(one.ClaimAsync(handle.Id), other.FetchOneAsync());

            Assert.Single(taken, job => job is not null);
        }
    }

    [Fact]
    public async Task Two_workers_that_fetch_at_the_same_moment_share_the_jobs()
    {
        await using var queue = await TestQueue.CreateAsync();
        var handles = await queue.EnqueueManyAsync(Enumerable.Range(0, 400).Select(n => $"{n}"));
        var workers = Enumerable.Range(0, 4).Select(_ => queue.AsWorker()).ToList();

        var fetches = await Task.WhenAll(Enumerable.Range(0, 40).Select(n => Fetch.RunAsync(workers[n % 4], 10)));

        Assert.Equal(
            handles.Select(handle => handle.Id).Order(StringComparer.Ordinal),
            fetches.SelectMany(fetch => fetch.Jobs).Select(job => job.Id).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Stage_and_cancel_at_the_same_moment_never_leave_a_cancelled_job_in_the_queue()
    {
        await using var queue = await TestQueue.CreateAsync();
        var worker = queue.AsWorker();
        for (var round = 0; round < 20; round++)
        {
            var handle = await queue.EnqueueAsync(options: new() { Delay = TimeSpan.FromHours(1) });
            await worker.MakeDueAsync(handle.Id);
            var stage = worker.StageAsync();
            var cancel = handle.CancelAsync();
            await stage;

            Assert.Equal(CancelOutcome.Cancelled, await cancel);
            Assert.Equal(JobState.Cancelled, await handle.GetStateAsync());
            Assert.Equal(0, await queue.Database.SortedSetLengthAsync(queue.Keys.Available));
            Assert.Null(await worker.FetchOneAsync());
        }
    }

    [Fact]
    public async Task Two_stagers_stage_a_due_job_once()
    {
        await using var queue = await TestQueue.CreateAsync();
        var (one, other) = (queue.AsWorker(), queue.AsWorker());
        var handles = await queue.EnqueueManyAsync(["a", "b", "c"], new() { Delay = TimeSpan.FromHours(1) });
        foreach (var handle in handles)
        {
            await one.MakeDueAsync(handle.Id);
        }

        var staged = await Task.WhenAll(one.StageAsync(), other.StageAsync());

        Assert.Equal(3, staged.Sum());
        Assert.Equal(3, await queue.DoorbellLengthAsync());
    }

    [Fact]
    public async Task Two_workers_that_adopt_the_same_entries_make_one_job_of_each()
    {
        await using var queue = await TestQueue.CreateAsync();
        for (var n = 0; n < 50; n++)
        {
            await queue.Database.ListRightPushAsync(queue.Keys.Inbox, """{"name":"probe","args":{"word":"twice"}}""");
        }

        var adopter = new InboxAdopter(Microsoft.Extensions.Logging.Abstractions.NullLogger<InboxAdopter>.Instance);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => adopter.AdoptAsync(queue.AsWorker())));

        Assert.Equal(50, await queue.Database.SortedSetLengthAsync(queue.Keys.Available));
        Assert.Equal(50, await queue.DoorbellLengthAsync());
        Assert.Equal(0, await queue.Database.ListLengthAsync(queue.Keys.Inbox));
    }

    /// <summary>Starts two moves at the same moment, in either order: exactly one counts, and the state is the winner's.</summary>
    private static async Task RaceAsync(
        Func<TestQueue, WorkerQueue, LeasedJob, Task<(Func<Task<bool>> First, Func<Task<bool>> Second)>> rivals, JobState first, JobState second)
    {
        await using var queue = await TestQueue.CreateAsync();
        var worker = queue.AsWorker();
        for (var round = 0; round < 20; round++)
        {
            var handle = await queue.EnqueueAsync();
            var job = (await worker.FetchOneAsync())!;
            var (one, other) = await rivals(queue, worker, job);
            var turned = round % 2 == 1;
            var a = turned ? other() : one();
            var b = turned ? one() : other();
            var won = await Task.WhenAll(turned ? b : a, turned ? a : b);

            Assert.Single(won, counted => counted);
            Assert.Equal(won[0] ? first : second, await handle.GetStateAsync());
            Assert.Equal(0, await queue.Database.SortedSetLengthAsync(queue.Keys.Executing));
            await queue.Database.KeyDeleteAsync(queue.Keys.Available);
        }
    }
}
