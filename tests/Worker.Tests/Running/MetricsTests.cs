using System.Diagnostics.Metrics;
using FunctionJobs.LocalServices;
using FunctionJobs.Worker;

namespace FunctionJobs.Tests;

/// <summary>The metrics of whole lives of jobs, as a worker lives them with its caretakers.</summary>
public sealed class MetricsTests
{
    [Fact]
    public async Task A_job_that_fails_twice_is_counted_once_at_each_of_its_moves()
    {
        await using var queue = await TestQueue.CreateAsync();
        using var metrics = new Metered(queue.Queue.Name);
        await queue.StartWorkerAsync((_, context) =>
            context.Attempt < 3 ? throw new InvalidOperationException("Not yet.") : Task.FromResult<string?>(null));

        await (await queue.EnqueueAsync()).WaitForResultAsync<string>(Eventually.DefaultTimeout);

        await CountsAsync(metrics, "completed 1, enqueued 1, retried 2, staged 2, started 3");
        Assert.Equal(3, metrics.Recorded("wait.duration").Length);
        Assert.Equal(3, metrics.Recorded("run.duration").Length);
        Assert.All(metrics.Recorded("wait.duration").Concat(metrics.Recorded("run.duration")), seconds => Assert.InRange(seconds, 0, 60));
    }

    [Fact]
    public async Task A_delayed_job_that_no_retry_mends_is_counted_once_at_each_of_its_moves()
    {
        await using var queue = await TestQueue.CreateAsync();
        using var metrics = new Metered(queue.Queue.Name);
        await queue.StartWorkerAsync((_, _) => throw new DiscardJobException("Never."));

        await queue.EnqueueAsync(options: new() { Delay = TimeSpan.FromMilliseconds(20) });

        await CountsAsync(metrics, "discarded 1, enqueued 1, staged 1, started 1");
    }

    [Fact]
    public async Task Cancelled_jobs_are_counted_apart_before_and_after_their_start()
    {
        await using var queue = await TestQueue.CreateAsync();
        using var metrics = new Metered(queue.Queue.Name);
        var begun = new Gate();
        await queue.StartWorkerAsync(async (_, context) =>
        {
            begun.Open();
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
            return null;
        });
        var running = await queue.EnqueueAsync();
        await begun.Passed;
        var waiting = await queue.EnqueueAsync(options: new() { Delay = TimeSpan.FromHours(1) });

        Assert.Equal(CancelOutcome.Cancelled, await waiting.CancelAsync());
        Assert.Equal(CancelOutcome.AlreadyEnded, await waiting.CancelAsync());
        Assert.Equal(CancelOutcome.Requested, await running.CancelAsync());

        await CountsAsync(metrics, "cancelled 1, cancelled before start 1, enqueued 2, started 1");
    }

    [Fact]
    public async Task A_worker_that_stops_counts_its_job_as_released_and_the_next_as_started()
    {
        await using var queue = await TestQueue.CreateAsync();
        using var metrics = new Metered(queue.Queue.Name);
        var begun = new Gate();
        var first = await queue.StartWorkerAsync(
            async (_, context) =>
            {
                begun.Open();
                await Task.Delay(Timeout.Infinite, context.CancellationToken);
                return null;
            },
            options => options.ShutdownGrace = TimeSpan.Zero);
        var job = await queue.EnqueueAsync();
        await begun.Passed;

        await queue.StopAsync(first);
        await queue.StartWorkerAsync((_, _) => Task.FromResult<string?>(null));
        await job.WaitForResultAsync<string>(Eventually.DefaultTimeout);

        await CountsAsync(metrics, "completed 1, enqueued 1, released 1, started 2");
    }

    [Fact]
    public async Task A_job_taken_from_a_worker_is_counted_as_rescued_and_its_first_end_as_lost()
    {
        await using var queue = await TestQueue.CreateAsync();
        using var metrics = new Metered(queue.Queue.Name);
        var (begun, go) = (new Gate(), new Gate());
        await queue.StartWorkerAsync(
            async (_, _) =>
            {
                begun.Open();
                await go.Passed;
                return null;
            },
            options => options.Concurrency = 1);
        var job = await queue.EnqueueAsync();
        await begun.Passed;

        var rescuer = queue.AsWorker();
        var again = await rescuer.RescueAndFetchAsync(job.Id);
        go.Open();
        await CountsAsync(metrics, "enqueued 1, lost 1, rescued 1, started 2");
        await rescuer.CompleteAsync(again);

        await CountsAsync(metrics, "completed 1, enqueued 1, lost 1, rescued 1, started 2");
    }

    [Fact]
    public async Task What_waits_what_runs_and_how_long_the_first_has_waited_are_shown()
    {
        await using var queue = await TestQueue.CreateAsync();
        using var metrics = new Metered(queue.Queue.Name);
        var done = new Gate();
        await queue.StartWorkerAsync(
            async (_, _) =>
            {
                await done.Passed;
                return null;
            },
            options => options.Concurrency = 1);

        var jobs = await queue.EnqueueManyAsync(["a", "b", "c", "d", "e", "f"]);

        await Eventually.TrueAsync(() => metrics.Shown("queue.age") > 0.5, "the first that waits is half a second old");
        Assert.Equal(jobs.Count, metrics.Shown("queue.executing") + metrics.Shown("queue.available"));
        Assert.InRange(metrics.Shown("queue.executing")!.Value, 1, jobs.Count - 1);

        done.Open();
        await Eventually.EqualAsync<double?>(0, () => Task.FromResult(metrics.Shown("queue.available")), "jobs shown as available");
        await Eventually.EqualAsync<double?>(0, () => Task.FromResult(metrics.Shown("queue.executing")), "jobs shown as executing");
        Assert.Equal(0, metrics.Shown("queue.age"));
    }

    [Fact]
    public async Task While_Redis_is_away_nothing_is_shown_of_its_queues()
    {
        await using var server = await LocalRedis.StartAsync();
        await using var queue = await TestQueue.CreateAsync(redis: server.ConnectionString);
        using var metrics = new Metered(queue.Queue.Name);
        await queue.StartWorkerAsync((_, _) => Task.FromResult<string?>(null));
        await Eventually.EqualAsync<double?>(0, () => Task.FromResult(metrics.Shown("queue.available")), "jobs shown as available");

        await server.StopAsync();

        await Eventually.EqualAsync(null, () => Task.FromResult(metrics.Shown("queue.available")), "jobs shown as available");
    }

    [Fact]
    public async Task Durations_have_buckets_for_seconds_of_which_a_millisecond_and_the_longest_job_are_not_in_one()
    {
        await using var queue = await TestQueue.CreateAsync();
        await queue.StartWorkerAsync((_, _) => Task.FromResult<string?>(null));
        await (await queue.EnqueueAsync()).WaitForResultAsync<string>(TimeSpan.FromSeconds(20));
        var boundaries = new Dictionary<string, IReadOnlyList<double>?>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument is Histogram<double> histogram && instrument.Meter.Name == JobTelemetry.Name)
                {
                    boundaries[instrument.Name] = histogram.Advice?.HistogramBucketBoundaries;
                }
            },
        };

        listener.Start();

        Assert.Equal(["functionjobs.run.duration", "functionjobs.wait.duration"], boundaries.Keys.Order());
        Assert.All(boundaries.Values, bounds => Assert.True(bounds is [< 0.01, .., > 300], string.Join(", ", bounds ?? [])));
    }

    [Fact]
    public async Task A_silent_trigger_is_shown_until_an_invocation_comes()
    {
        await using var queue = await TestQueue.CreateAsync();
        using var metrics = new Metered(queue.Queue.Name);
        var worker = await queue.StartHostAsync(
            (_, _) => Task.FromResult<string?>(null),
            options =>
            {
                options.WatchdogAfter = TimeSpan.FromSeconds(1);
                options.Linger = TimeSpan.Zero;
            });
        await Eventually.EqualAsync<double?>(0, () => Task.FromResult(metrics.Shown("trigger.silent")), "the metric");

        await (await queue.EnqueueAsync()).WaitForResultAsync<string>(Eventually.DefaultTimeout);
        Assert.Equal(1, metrics.Shown("trigger.silent"));

        await worker.InvokeAsync(queue, (await queue.EnqueueAsync()).Id).WaitAsync(Eventually.DefaultTimeout);
        await Eventually.EqualAsync<double?>(0, () => Task.FromResult(metrics.Shown("trigger.silent")), "the metric");
    }

    private static Task CountsAsync(Metered metrics, string expected) =>
        Eventually.EqualAsync(expected, () => Task.FromResult(metrics.Counted), "what was counted");
}
