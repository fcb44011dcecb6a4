using System.Diagnostics;
using FunctionJobs.Worker;
using StackExchange.Redis;

namespace FunctionJobs.Tests;

public sealed class CancelWhileRunningTests
{
    [Fact]
    public async Task A_running_job_that_is_cancelled_sees_its_token_within_a_second()
    {
        await using var queue = await TestQueue.CreateAsync();
        var (started, cancelled) = (new Gate(), new Gate());
        await queue.StartWorkerAsync(
            async (_, context) =>
            {
                await using var registration = context.CancellationToken.Register(() => cancelled.Open());
                started.Open();
                await Task.Delay(Timeout.Infinite, context.CancellationToken);
                return null;
            },
            RenewSeldom);

        Assert.True(await SoonestAsync(TimeSpan.FromSeconds(1), async () =>
        {
            (started, cancelled) = (new Gate(), new Gate());
            var handle = await queue.EnqueueAsync();
            await started.Passed;
            var asked = Stopwatch.GetTimestamp();

            Assert.Equal(CancelOutcome.Requested, await handle.CancelAsync());

            await cancelled.Passed.WaitAsync(TimeSpan.FromSeconds(2));
            var took = Stopwatch.GetElapsedTime(asked);
            await Eventually.EqualAsync<JobState?>(JobState.Cancelled, () => handle.GetStateAsync(), "the state");
            return took;
        }) < TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task A_cancel_right_after_an_enqueue_reaches_the_handler_within_half_a_second()
    {
        await using var queue = await TestQueue.CreateAsync();
        var cancelled = new Gate();
        await queue.StartWorkerAsync(
            async (_, context) =>
            {
                await using var registration = context.CancellationToken.Register(() => cancelled.Open());
                await Task.Delay(Timeout.Infinite, context.CancellationToken);
                return null;
            },
            RenewSeldom);

        Assert.True(await SoonestAsync(TimeSpan.FromSeconds(0.5), async () =>
        {
            cancelled = new Gate();
            // The enqueue itself gives the job to a worker that waits: the cancel may be there before the job.
            await Eventually.EqualAsync(1, () => queue.Database.SortedSetLengthAsync(queue.Keys.Offers), "the offers");
            var handle = await queue.EnqueueAsync();
            var asked = Stopwatch.GetTimestamp();

            Assert.Equal(CancelOutcome.Requested, await handle.CancelAsync());

            await cancelled.Passed;
            var took = Stopwatch.GetElapsedTime(asked);
            await Eventually.EqualAsync<JobState?>(JobState.Cancelled, () => handle.GetStateAsync(), "the state");
            return took;
        }) < TimeSpan.FromSeconds(0.5));
    }

    [Fact]
    public async Task A_cancel_that_is_heard_before_its_job_has_come_reaches_the_handler_within_half_a_second()
    {
        await using var queue = await TestQueue.CreateAsync();
        var cancelled = new Gate();
        await queue.StartWorkerAsync(
            async (_, context) =>
            {
                await using var registration = context.CancellationToken.Register(() => cancelled.Open());
                await Task.Delay(Timeout.Infinite, context.CancellationToken);
                return null;
            },
            RenewSeldom);

        Assert.True(await SoonestAsync(TimeSpan.FromSeconds(0.5), async () =>
        {
            cancelled = new Gate();
            await Eventually.EqualAsync(1, () => queue.Database.SortedSetLengthAsync(queue.Keys.Offers), "the offers");
            var id = Unique.Name("job");
            var asked = Stopwatch.GetTimestamp();

            await queue.Redis.GetSubscriber().PublishAsync(RedisChannel.Literal(queue.Keys.Bell), $"cancel {id}");
            // Until it is heard, for which the worker gives no sign.
            await Task.Delay(100);
            var handle = await queue.EnqueueAsync(options: new() { JobId = id });
            await queue.Database.HashSetAsync(queue.Keys.Job(id), "cancel_requested", "1");

            await cancelled.Passed;
            var took = Stopwatch.GetElapsedTime(asked);
            await Eventually.EqualAsync<JobState?>(JobState.Cancelled, () => handle.GetStateAsync(), "the state");
            return took;
        }) < TimeSpan.FromSeconds(0.5));
    }

    [Fact]
    public async Task A_cancel_whose_bell_was_not_heard_arrives_with_the_next_renewal()
    {
        await using var queue = await TestQueue.CreateAsync();
        var started = new Gate();
        await queue.StartWorkerAsync(
            async (_, context) =>
            {
                started.Open();
                await Task.Delay(Timeout.Infinite, context.CancellationToken);
                return null;
            },
            options => options.RenewEvery = TimeSpan.FromMilliseconds(200));
        var handle = await queue.EnqueueAsync();
        await started.Passed;

        await queue.Database.HashSetAsync(queue.Keys.Job(handle.Id), "cancel_requested", "1");

        await Eventually.EqualAsync<JobState?>(JobState.Cancelled, () => handle.GetStateAsync(), "the state");
    }

    [Fact]
    public async Task A_cancel_that_the_record_knows_nothing_of_stops_no_job()
    {
        await using var queue = await TestQueue.CreateAsync();
        var (started, finish) = (new CountdownEvent(2), new Gate());
        await queue.StartWorkerAsync(async (job, context) =>
        {
            started.Signal();
            await finish.Passed.WaitAsync(context.CancellationToken);
            return job.Word;
        });
        var (same, other) = (await queue.EnqueueAsync("same id"), await queue.EnqueueAsync("other"));
        await Eventually.TrueAsync(() => started.IsSet, "both have started");

        // As the cancel of a job of the same id in another database is heard: channels are those of the whole server.
        await queue.Redis.GetSubscriber().PublishAsync(RedisChannel.Literal(queue.Keys.Bell), $"cancel {same.Id}");
        await other.CancelAsync();

        await Eventually.EqualAsync<JobState?>(JobState.Cancelled, () => other.GetStateAsync(), "the state");
        finish.Open();
        Assert.Equal("same id", await same.WaitForResultAsync<string>(TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public async Task A_cancelled_job_that_completes_first_stays_completed()
    {
        await using var queue = await TestQueue.CreateAsync();
        var started = new Gate();
        await queue.StartWorkerAsync(async (_, context) =>
        {
            started.Open();
            await Task.Delay(Timeout.Infinite, context.CancellationToken).ContinueWith(static _ => { }, TaskScheduler.Default);
            return "done anyway";
        });
        var handle = await queue.EnqueueAsync();
        await started.Passed;

        await handle.CancelAsync();

        Assert.Equal("done anyway", await handle.WaitForResultAsync<string>(TimeSpan.FromSeconds(20)));
    }

    /// <summary>A renewal would bring the cancel too, and perhaps at the right moment.</summary>
    private static void RenewSeldom(JobWorkerOptions options) =>
        (options.Lease, options.RenewEvery) = (TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(20));

    /// <summary>Tries up to three times: a stall of the machine does not come back, what the worker does not do in time it never does.</summary>
    private static async Task<TimeSpan> SoonestAsync(TimeSpan enough, Func<Task<TimeSpan>> tryAsync)
    {
        var soonest = TimeSpan.MaxValue;
        for (var n = 0; n < 3 && soonest >= enough; n++)
        {
            var took = await tryAsync();
            soonest = took < soonest ? took : soonest;
        }

        return soonest;
    }
}
