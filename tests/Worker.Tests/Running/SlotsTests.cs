using FunctionJobs.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace FunctionJobs.Tests;

/// <summary>Attempts and the slots that they run in.</summary>
public sealed class SlotsTests
{
    [Fact]
    public async Task A_job_that_was_handed_over_does_not_run_beside_one_that_was_fetched_for_the_same_slot()
    {
        await using var queue = await TestQueue.CreateAsync();
        var (running, most, go) = (0, 0, new Gate());
        var worker = await queue.StartHostAsync(
            async (_, _) =>
            {
                most = Math.Max(most, Interlocked.Increment(ref running));
                await go.Passed;
                Interlocked.Decrement(ref running);
                return null;
            },
            options => options.Concurrency = 1);
        var attempts = AttemptsOf(worker, queue);
        var jobs = await queue.EnqueueManyAsync(["handed over", "fetched"]);
        var mine = worker.PumpOf(queue).Queue;
        var (granted, fetched) = (await mine.FetchOneAsync(), await mine.FetchOneAsync());

        var now = TimeProvider.System.GetTimestamp();
        attempts.TakeGranted(granted!, now, giveBack: false);
        await attempts.StartAsync([fetched!], now);

        await Eventually.TrueAsync(() => running > 0, "one runs");
        await Task.Delay(200);
        Assert.Equal(1, most);
        go.Open();
        foreach (var job in jobs)
        {
            await job.WaitForResultAsync<string>(Eventually.DefaultTimeout);
        }

        Assert.Equal(1, most);
    }

    [Fact]
    public async Task A_job_whose_lease_was_over_when_its_fetch_came_back_does_not_start()
    {
        await using var queue = await TestQueue.CreateAsync();
        var ran = false;
        var worker = await queue.StartHostAsync((_, _) =>
        {
            ran = true;
            return Task.FromResult<string?>(null);
        });
        var job = await queue.EnqueueAsync();
        var fetched = await worker.PumpOf(queue).Queue.FetchOneAsync();

        // As in a process that was frozen meanwhile.
        var longAgo = TimeProvider.System.GetTimestamp() - (TimeProvider.System.TimestampFrequency * 3600);
        await AttemptsOf(worker, queue).StartAsync([fetched!], longAgo);

        await Eventually.EqualAsync<JobState?>(JobState.Available, () => job.GetStateAsync(), "the state");
        Assert.False(ran);
        Assert.Equal(0, (await queue.InfoAsync(job.Id)).Attempt);
    }

    [Fact]
    public void What_was_leased_ahead_before_a_freeze_is_given_back_although_jobs_go_on()
    {
        var time = new FakeTimeProvider();
        var lease = TimeSpan.FromSeconds(12);
        var ahead = new Prefetch(concurrency: 10, lease, time);
        using var attempt = new Attempt(Job(), time, time.GetTimestamp(), _ => { });
        ahead.Add(attempt);
        time.Advance(lease);

        for (var elapsed = 0; elapsed < 100; elapsed += 5)
        {
            Assert.Null(ahead.Take());
            time.Advance(TimeSpan.FromMilliseconds(5));
        }

        Assert.Same(attempt, Assert.Single(ahead.TakeStale()));
    }

    private static LeasedJob Job() => new("id", "worker/1", 0, default, Attempt: 1, Losses: 0, LeasedAt: 0);

    /// <summary>Attempts of a worker beside those of its pump, to be given jobs in an order that only chance brings.</summary>
    private static RunningAttempts AttemptsOf(IHost worker, TestQueue queue) => new(
        worker.PumpOf(queue).Queue,
        worker.Services.GetRequiredService<AttemptRunner>(),
        worker.Services.GetRequiredService<Suspects>(),
        worker.Services.GetRequiredService<WorkerSettings>(),
        worker.Services.GetRequiredService<ILoggerFactory>());
}
