using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

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

        var first = await queue.EnqueueAsync();
        Assert.Equal("ran", await first.WaitForResultAsync<string>(TimeSpan.FromSeconds(20)));
        Assert.Equal(HealthStatus.Degraded, await HealthAsync(worker));

        // From now on the bell alone is enough; without it the rescuer would see the job only a second or more later.
        for (var n = 0; n < 3; n++)
        {
            var next = await queue.EnqueueAsync();
            Assert.Equal("ran", await next.WaitForResultAsync<string>(TimeSpan.FromSeconds(20)));
        }

        Assert.Single(queue.Logs.Errors);
        Assert.Contains(queue.Queue.Name, queue.Logs.Errors.Single().Text, StringComparison.Ordinal);

        await worker.InvokeAsync(queue, (await queue.EnqueueAsync()).Id).WaitAsync(TimeSpan.FromSeconds(20));
        await Eventually.EqualAsync(HealthStatus.Healthy, () => HealthAsync(worker), "the health");
        Assert.Single(queue.Logs.Errors);
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

    private static async Task<HealthStatus> HealthAsync(IHost worker) =>
        (await worker.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Status;
}
