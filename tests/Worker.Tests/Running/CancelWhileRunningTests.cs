using StackExchange.Redis;

namespace FunctionJobs.Tests;

public sealed class CancelWhileRunningTests
{
    [Fact]
    public async Task A_running_job_that_is_cancelled_sees_its_token_within_a_second()
    {
        await using var queue = await TestQueue.CreateAsync();
        var (started, cancelled) = (new Gate(), new Gate());
        await queue.StartWorkerAsync(async (_, context) =>
        {
            using var registration = context.CancellationToken.Register(cancelled.Open);
            started.Open();
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
            return null;
        });
        var handle = await queue.EnqueueAsync();
        await started.Passed;

        Assert.Equal(CancelOutcome.Requested, await handle.CancelAsync());

        // The renewal would bring it only after three seconds.
        await cancelled.Passed.WaitAsync(TimeSpan.FromSeconds(2));
        await Eventually.EqualAsync<JobState?>(JobState.Cancelled, () => handle.GetStateAsync(), "the state");
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
}
