using FunctionJobs.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
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

    [Fact]
    public async Task A_worker_that_is_added_twice_is_one_worker_with_the_settings_and_job_types_of_both()
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(Servers.Redis);
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton<IConnectionMultiplexer>(redis);
        builder.Services.AddJobWorker(options => options.Concurrency = 3).AddJob<Probe, ProbeHandler>();
        builder.Services.AddJobWorker(options => options.Linger = TimeSpan.Zero).AddJob<NewerProbe, NewerProbeHandler>();
        using var host = builder.Build();

        await host.StartAsync();

        var options = host.Services.GetRequiredService<IOptions<JobWorkerOptions>>().Value;
        Assert.Equal((3, TimeSpan.Zero), (options.Concurrency, options.Linger));
        Assert.Equal(2, host.Services.GetRequiredService<JobTypes>().All.Count);
        var services = host.Services.GetServices<IHostedService>().Select(service => service.GetType()).ToList();
        Assert.Equal(services.Distinct(), services);
        Assert.Equal(HealthStatus.Healthy, (await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Status);
        await host.StopAsync();
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
