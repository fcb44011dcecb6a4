using FunctionJobs.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using StackExchange.Redis;

namespace FunctionJobs.Tests;

/// <summary>A worker among the other services of an app that ends.</summary>
public sealed class EndingHostTests
{
    [Fact]
    public async Task While_another_service_takes_its_time_to_stop_no_more_jobs_are_taken()
    {
        await using var queue = await TestQueue.CreateAsync();
        await using var redis = await ConnectionMultiplexer.ConnectAsync(queue.Redis.Configuration);
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton<IConnectionMultiplexer>(redis);
        builder.Services.AddSingleton(new ProbeScript((_, _) => Task.FromResult<string?>(null)));
        builder.Services.AddJobWorker(options => options.RunWithoutTrigger = true).AddQueue(queue.Queue).AddJob<Probe, ProbeHandler>();
        // As a web server that waits for its last request: what is registered last is stopped first.
        var slow = new SlowToStop();
        builder.Services.AddHostedService(_ => slow);
        using var host = builder.Build();
        await host.StartAsync();
        await (await queue.EnqueueAsync()).WaitForResultAsync<string>(TimeSpan.FromSeconds(20));

        var stop = host.StopAsync();
        await slow.Asked.Passed;
        await Eventually.TrueAsync(() => !host.PumpOf(queue).IsDriving, "the loop has ended");
        var late = await queue.EnqueueAsync();
        await Task.Delay(TimeSpan.FromSeconds(1.5));

        Assert.Equal(JobState.Available, await late.GetStateAsync());
        Assert.False(stop.IsCompleted);
        slow.Go.Open();
        await stop;
        Assert.Equal(JobState.Available, await late.GetStateAsync());
    }

    [Fact]
    public async Task A_host_that_is_disposed_without_having_been_stopped_takes_no_more_jobs_and_fails_none()
    {
        await using var queue = await TestQueue.CreateAsync();
        var started = new Gate();
        // As an app that registers its connection as an instance: the container does not close it.
        await using var redis = await ConnectionMultiplexer.ConnectAsync(queue.Redis.Configuration);
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton<IConnectionMultiplexer>(redis);
        builder.Services.AddSingleton(new ProbeScript(async (_, _) =>
        {
            started.Open();
            await Task.Delay(20);
            return null;
        }));
        builder.Services.AddJobWorker(options => options.RunWithoutTrigger = true).AddQueue(queue.Queue).AddJob<Probe, ProbeHandler>();
        var host = builder.Build();
        await host.StartAsync();
        await queue.EnqueueManyAsync(Enumerable.Range(0, 2000).Select(n => $"{n}"), new() { MaxAttempts = 1 });
        await started.Passed;

        // Another service has failed to start, say.
        host.Dispose();

        // The next in line.
        var late = await queue.EnqueueAsync("late", new() { MaxAttempts = 1, Priority = 0 });
        await Task.Delay(TimeSpan.FromSeconds(0.5));
        var soon = await CountedAsync();
        await Task.Delay(TimeSpan.FromSeconds(1.5));
        Assert.Equal((JobState.Available, 0), ((await late.GetInfoAsync())!.State, (await late.GetInfoAsync())!.Attempt));
        Assert.Equal(0, await queue.Database.SortedSetLengthAsync(queue.Keys.Discarded));
        Assert.Equal(soon, await CountedAsync());

        async Task<string> CountedAsync() =>
            string.Join(", ", await queue.Database.HashGetAsync(queue.Keys.Stats, ["completed", "released"]));
    }

    private sealed class SlowToStop : IHostedService
    {
        public Gate Asked { get; } = new();

        public Gate Go { get; } = new();

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken)
        {
            Asked.Open();
            return Go.Passed;
        }
    }
}
