using FunctionJobs.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace FunctionJobs.Tests;

/// <summary>A queue of a test's own, an enqueuer for it, and as many workers as the test wants, all in this process.</summary>
public sealed class TestQueue : IAsyncDisposable
{
    private readonly List<IHost> workers = [];
    private readonly ServiceProvider services;

    private TestQueue(JobQueue queue, IConnectionMultiplexer redis)
    {
        Queue = queue;
        Redis = redis;
        Keys = new QueueKeys(queue.Name);
        services = new ServiceCollection().AddJobEnqueuer(redis).BuildServiceProvider();
    }

    public JobQueue Queue { get; }

    public IConnectionMultiplexer Redis { get; }

    public IDatabase Database => Redis.GetDatabase();

    public IJobEnqueuer Enqueuer => services.GetRequiredService<IJobEnqueuer>();

    internal QueueKeys Keys { get; }

    public static async Task<TestQueue> CreateAsync(Doorbell doorbell = Doorbell.List, string? redis = null)
    {
        var name = Unique.Name("test");
        return new TestQueue(
            doorbell == Doorbell.List ? JobQueue.List(name) : JobQueue.Stream(name),
            await ConnectionMultiplexer.ConnectAsync(redis ?? Servers.Redis));
    }

    public Task<JobHandle> EnqueueAsync(string word = "word", EnqueueOptions? options = null) =>
        Enqueuer.EnqueueAsync(new Probe(word), (options ?? new()) with { Queue = Queue });

    /// <summary>Starts a worker that needs no trigger, with a connection of its own.</summary>
    public Task<IHost> StartWorkerAsync(
        Func<Probe, JobContext, Task<string?>> run, Action<JobWorkerOptions>? worker = null, Action<JobTypeOptions>? type = null) =>
        StartHostAsync(run, options =>
        {
            options.RunWithoutTrigger = true;
            worker?.Invoke(options);
        }, type);

    /// <summary>Starts a worker whose pump waits for invocations, as a function's does.</summary>
    public async Task<IHost> StartHostAsync(
        Func<Probe, JobContext, Task<string?>> run, Action<JobWorkerOptions>? worker = null, Action<JobTypeOptions>? type = null)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddSingleton<IConnectionMultiplexer>(await ConnectionMultiplexer.ConnectAsync(Redis.Configuration));
        builder.Services.AddSingleton(new ProbeScript(run));
        builder.Services.AddJobWorker(worker)
            .AddJob<Probe, ProbeHandler>(options =>
            {
                options.BackoffBase = TimeSpan.FromMilliseconds(50);
                type?.Invoke(options);
            })
            .AddQueue(Queue);
        var host = builder.Build();
        await host.StartAsync();
        workers.Add(host);
        return host;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var worker in workers)
        {
            await worker.StopAsync();
            await worker.Services.GetRequiredService<IConnectionMultiplexer>().DisposeAsync();
            worker.Dispose();
        }

        await services.DisposeAsync();
        await Redis.DisposeAsync();
    }
}
