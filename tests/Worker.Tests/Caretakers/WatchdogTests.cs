using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FunctionJobs.Tests;

public sealed class WatchdogTests
{
    [Fact]
    public async Task When_jobs_wait_and_no_invocation_comes_the_watchdog_runs_them_says_so_once_and_steps_back_later()
    {
        await using var queue = await TestQueue.CreateAsync();
        var worker = await queue.StartHostAsync(
            (_, _) => Task.FromResult<string?>("ran"),
            options =>
            {
                options.WatchdogAfter = TimeSpan.FromSeconds(1);
                options.Linger = TimeSpan.Zero;
            });
        Assert.Equal(HealthStatus.Healthy, await HealthAsync(worker));
        Assert.NotEqual(1, Metric(queue));

        var first = await queue.EnqueueAsync();
        Assert.Equal("ran", await first.WaitForResultAsync<string>(TimeSpan.FromSeconds(20)));
        Assert.Equal(HealthStatus.Degraded, await HealthAsync(worker));
        Assert.Equal(1, Metric(queue));

        // From now on the bell alone is enough; without it the rescuer would see the job only a second or more later.
        for (var n = 0; n < 3; n++)
        {
            var next = await queue.EnqueueAsync();
            Assert.Equal("ran", await next.WaitForResultAsync<string>(TimeSpan.FromSeconds(20)));
        }

        Assert.Single(queue.Logs.Errors);
        Assert.Equal(LogLevel.Error, queue.Logs.Errors.Single().Level);
        Assert.Contains($"1 jobs of queue {queue.Queue.Name} are available and no invocation has arrived", queue.Logs.Errors.Single().Text, StringComparison.Ordinal);

        await worker.InvokeAsync(queue, (await queue.EnqueueAsync()).Id).WaitAsync(TimeSpan.FromSeconds(20));
        await Eventually.EqualAsync(HealthStatus.Healthy, () => HealthAsync(worker), "the health");
        Assert.Equal(0, Metric(queue));
        Assert.Single(queue.Logs.Errors);

        // It has stepped back: the bell alone starts nothing, and a new silence has to last, and is said, again.
        await Eventually.TrueAsync(() => !worker.PumpOf(queue).IsDriving, "the loop has ended");
        var later = await queue.EnqueueAsync();
        Assert.Equal("ran", await later.WaitForResultAsync<string>(TimeSpan.FromSeconds(20)));
        var info = await queue.InfoAsync(later.Id);
        Assert.True(info.StartedAt - info.EnqueuedAt >= TimeSpan.FromSeconds(1), $"It waited {info.StartedAt - info.EnqueuedAt}.");
        Assert.Equal(2, queue.Logs.Errors.Count());
    }

    [Theory]
    [InlineData(Doorbell.List)]
    [InlineData(Doorbell.Stream)]
    public async Task A_trigger_that_comes_back_is_noticed_although_the_bell_is_faster_than_its_polling(Doorbell doorbell)
    {
        await using var queue = await TestQueue.CreateAsync(doorbell);
        var worker = await queue.StartHostAsync(
            (_, _) => Task.FromResult<string?>("ran"), options => options.WatchdogAfter = TimeSpan.FromSeconds(1));
        await (await queue.EnqueueAsync()).WaitForResultAsync<string>(TimeSpan.FromSeconds(20));
        Assert.Equal(HealthStatus.Degraded, await HealthAsync(worker));
        var isOver = new Gate();
        var listening = worker.ListenAsync(queue, isOver.Passed);

        for (var n = 0; n < 10; n++)
        {
            await (await queue.EnqueueAsync()).WaitForResultAsync<string>(TimeSpan.FromSeconds(20));
            await Task.Delay(100);
        }

        isOver.Open();
        Assert.NotEqual(0, await listening);
        await Eventually.EqualAsync(HealthStatus.Healthy, () => HealthAsync(worker), "the health");
    }

    [Fact]
    public async Task While_the_watchdog_drives_and_invocations_return_there_is_one_loop()
    {
        await using var queue = await TestQueue.CreateAsync();
        var (started, go) = (new Gate(), new Gate());
        var (now, most) = (0, 0);
        var worker = await queue.StartHostAsync(
            async (_, _) =>
            {
                most = Math.Max(most, Interlocked.Increment(ref now));
                started.Open();
                await go.Passed;
                Interlocked.Decrement(ref now);
                return null;
            },
            options =>
            {
                options.Concurrency = 1;
                options.WatchdogAfter = TimeSpan.FromSeconds(1);
                options.Linger = TimeSpan.Zero;
            });
        var handles = await queue.EnqueueManyAsync(Enumerable.Range(0, 20).Select(n => $"{n}"));
        await started.Passed;
        Assert.Single(queue.Logs.Errors);

        var invocations = handles.Select(handle => worker.InvokeAsync(queue, handle.Id)).ToList();
        go.Open();
        await Task.WhenAll(invocations).WaitAsync(TimeSpan.FromSeconds(30));

        await Eventually.EqualAsync(
            "20", async () => (await queue.Database.HashGetAsync(queue.Keys.Stats, "completed")).ToString(), "the completed jobs");
        Assert.Equal(1, most);
        Assert.Single(queue.Logs.Lines, line => line.Text.Contains($"The pump of queue {queue.Queue.Name} starts", StringComparison.Ordinal));
    }

    [Fact]
    public async Task While_invocations_come_the_watchdog_stays_quiet()
    {
        await using var queue = await TestQueue.CreateAsync();
        var go = new Gate();
        var worker = await queue.StartHostAsync(
            async (_, _) =>
            {
                await go.Passed;
                return null;
            },
            options =>
            {
                options.Concurrency = 1;
                options.WatchdogAfter = TimeSpan.FromSeconds(1);
            });
        var handles = await queue.EnqueueManyAsync(["a", "b", "c"]);
        var invocation = worker.InvokeAsync(queue, handles[0].Id);

        // Three looks of the rescuer at a queue where jobs wait because the worker is busy.
        await Eventually.TrueAsync(
            async () => (await queue.NowAsync()) > (await queue.InfoAsync(handles[0].Id)).StartedAt + TimeSpan.FromSeconds(4), "four seconds have passed");

        Assert.Empty(queue.Logs.Errors);
        Assert.Equal(HealthStatus.Healthy, await HealthAsync(worker));
        go.Open();
        await invocation.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Without_the_pump_too_the_watchdog_runs_the_jobs_of_a_dead_trigger()
    {
        await using var queue = await TestQueue.CreateAsync();
        await queue.StartHostAsync((job, _) => Task.FromResult<string?>(job.Word), options =>
        {
            options.Pump = false;
            options.WatchdogAfter = TimeSpan.FromSeconds(1);
        });

        var handle = await queue.EnqueueAsync("word");

        Assert.Equal("word", await handle.WaitForResultAsync<string>(TimeSpan.FromSeconds(15)));
    }

    [Fact]
    public async Task The_metric_tells_nothing_of_a_worker_that_has_ended_while_its_trigger_was_silent()
    {
        await using var queue = await TestQueue.CreateAsync();
        var worker = await queue.StartHostAsync((_, _) => Task.FromResult<string?>(null), options => options.WatchdogAfter = TimeSpan.FromSeconds(1));
        await (await queue.EnqueueAsync()).WaitForResultAsync<string>(TimeSpan.FromSeconds(20));
        Assert.Equal(1, Metric(queue));

        await queue.StopAsync(worker);

        Assert.Null(Metric(queue));
    }

    /// <summary>What the gauge <c>functionjobs.trigger.silent</c> says of the queue, or null when it says nothing.</summary>
    private static int? Metric(TestQueue queue)
    {
        int? value = null;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument is { Meter.Name: JobTelemetry.Name, Name: "functionjobs.trigger.silent" })
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<int>((_, measurement, tags, _) =>
        {
            if (tags.ToArray().Contains(new("queue", queue.Queue.Name)))
            {
                value = measurement;
            }
        });
        listener.Start();
        listener.RecordObservableInstruments();
        return value;
    }

    private static async Task<HealthStatus> HealthAsync(IHost worker) =>
        (await worker.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Status;
}
