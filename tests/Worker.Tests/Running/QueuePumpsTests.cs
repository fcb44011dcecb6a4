using FunctionJobs.Worker;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace FunctionJobs.Tests;

public sealed class QueuePumpsTests
{
    [Fact]
    public async Task A_queue_that_is_named_more_than_once_has_one_pump()
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(Servers.Redis);
        await using var services = Services(redis, worker => worker
            .AddJob<Probe, ProbeHandler>()
            .AddJob<NewerProbe, NewerProbeHandler>()
            .AddQueue(Probe.Queue)
            .AddQueue(JobQueue.List(Probe.Queue.Name)));

        var pumps = services.GetRequiredService<QueuePumps>();

        Assert.Same(pumps.Find(Probe.Queue.Name), Assert.Single(pumps.All));
    }

    [Fact]
    public async Task A_queue_that_is_named_as_a_list_and_as_a_stream_is_refused_at_start_up()
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(Servers.Redis);
        await using var services = Services(redis, worker => worker
            .AddJob<Probe, ProbeHandler>()
            .AddQueue(JobQueue.Stream(Probe.Queue.Name)));

        var refused = Assert.Throws<InvalidOperationException>(() => services.GetRequiredService<QueuePumps>());

        Assert.Contains($"'{Probe.Queue.Name}' is served both as a list and as a stream", refused.Message, StringComparison.Ordinal);
    }

    private static ServiceProvider Services(IConnectionMultiplexer redis, Action<JobWorkerBuilder> add)
    {
        var services = new ServiceCollection();
        services.AddSingleton<Microsoft.Extensions.Configuration.IConfiguration>(new Microsoft.Extensions.Configuration.ConfigurationManager());
        services.AddLogging().AddSingleton(redis);
        add(services.AddJobWorker());
        return services.BuildServiceProvider();
    }
}
