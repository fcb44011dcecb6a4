using System.Diagnostics;
using StackExchange.Redis;

namespace FunctionJobs.Tests;

public sealed class CancelWhileRunningTests
{
    [Fact]
    public Task A_running_job_that_is_cancelled_sees_its_token_within_a_second() => AssertReachesAsync(TimeSpan.FromSeconds(1), async (queue, started) =>
    {
        var handle = await queue.EnqueueAsync();
        await started.Passed;
        var asked = Stopwatch.GetTimestamp();

        Assert.Equal(CancelOutcome.Requested, await handle.CancelAsync());
        return (handle, asked);
    });

    [Fact]
    public Task A_cancel_right_after_an_enqueue_reaches_the_handler_within_half_a_second() => AssertReachesAsync(TimeSpan.FromSeconds(0.5), async (queue, _) =>
    {
        // The enqueue itself gives the job to a worker that waits: the cancel may be there before the job.
        await Eventually.EqualAsync(1, () => queue.Database.SortedSetLengthAsync(queue.Keys.Offers), "the offers");
        var handle = await queue.EnqueueAsync();
        var asked = Stopwatch.GetTimestamp();

        Assert.Equal(CancelOutcome.Requested, await handle.CancelAsync());
        return (handle, asked);
    });

    [Fact]
    public Task A_cancel_that_is_heard_before_its_job_has_come_reaches_the_handler_within_half_a_second() => AssertReachesAsync(
        TimeSpan.FromSeconds(0.5),
        async (queue, _) =>
        {
            await Eventually.EqualAsync(1, () => queue.Database.SortedSetLengthAsync(queue.Keys.Offers), "the offers");
            var id = Unique.Name("job");
            var asked = Stopwatch.GetTimestamp();

            await queue.Redis.GetSubscriber().PublishAsync(RedisChannel.Literal(queue.Keys.Bell), $"cancel {id}");
            // Until it is heard, for which the worker gives no sign.
            await Task.Delay(100);
            var handle = await queue.EnqueueAsync(options: new() { JobId = id });
            await queue.Database.HashSetAsync(queue.Keys.Job(id), "cancel_requested", "1");
            return (handle, asked);
        });

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

    /// <summary>Tries up to three times: a stall of the machine does not come back, what the worker does not do in time it never does.</summary>
    /// <param name="bound">Within which a handler's token is cancelled.</param>
    /// <param name="cancel">Enqueues a job and cancels it, given what opens when its handler starts; tells since when.</param>
    private static async Task AssertReachesAsync(TimeSpan bound, Func<TestQueue, Gate, Task<(JobHandle Job, long Asked)>> cancel)
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
            // A renewal would bring the cancel too, and perhaps at the right moment.
            options => (options.Lease, options.RenewEvery) = (TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(20)));
        var soonest = TimeSpan.MaxValue;
        for (var n = 0; n < 3 && soonest >= bound; n++)
        {
            (started, cancelled) = (new Gate(), new Gate());
            var (job, asked) = await cancel(queue, started);
            await cancelled.Passed;
            var took = Stopwatch.GetElapsedTime(asked);
            soonest = took < soonest ? took : soonest;
            await Eventually.EqualAsync<JobState?>(JobState.Cancelled, () => job.GetStateAsync(), "the state");
        }

        Assert.True(soonest < bound, $"It took {soonest}.");
    }
}
