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
    private readonly ConfigurationOptions connection;
    private readonly ServiceProvider services;

    private TestQueue(JobQueue queue, ConfigurationOptions connection, IConnectionMultiplexer redis)
    {
        Queue = queue;
        Redis = redis;
        Keys = new QueueKeys(queue.Name);
        this.connection = connection;
        services = new ServiceCollection().AddJobEnqueuer(redis).BuildServiceProvider();
    }

    public JobQueue Queue { get; }

    public IConnectionMultiplexer Redis { get; }

    public IDatabase Database => Redis.GetDatabase();

    public IJobEnqueuer Enqueuer => services.GetRequiredService<IJobEnqueuer>();

    /// <summary>What all workers of this queue have logged.</summary>
    public LogSink Logs { get; } = new();

    internal QueueKeys Keys { get; }

    public static Task<TestQueue> CreateAsync(Doorbell doorbell = Doorbell.List, string? redis = null) =>
        CreateAsync(ConfigurationOptions.Parse(redis ?? Servers.Redis), doorbell);

    public static async Task<TestQueue> CreateAsync(ConfigurationOptions redis, Doorbell doorbell = Doorbell.List)
    {
        var name = Unique.Name("test");
        return new TestQueue(
            doorbell == Doorbell.List ? JobQueue.List(name) : JobQueue.Stream(name),
            redis,
            await ConnectionMultiplexer.ConnectAsync(redis));
    }

    public Task<JobHandle> EnqueueAsync(string word = "word", EnqueueOptions? options = null) =>
        Enqueuer.EnqueueAsync(new Probe(word), (options ?? new()) with { Queue = Queue });

    public Task<IReadOnlyList<JobHandle>> EnqueueManyAsync(IEnumerable<string> words, EnqueueOptions? options = null) =>
        Enqueuer.EnqueueManyAsync(words.Select(word => NewJob.Of(new Probe(word), (options ?? new()) with { Queue = Queue })));

    /// <summary>Starts a worker that needs no trigger, with a connection of its own.</summary>
    public Task<IHost> StartWorkerAsync(
        Func<Probe, JobContext, Task<string?>> run, Action<JobWorkerOptions>? worker = null, Action<JobTypeOptions>? type = null) =>
        StartHostAsync(run, options =>
        {
            options.RunWithoutTrigger = true;
            worker?.Invoke(options);
        }, type);

    /// <summary>Starts a worker whose pump waits for invocations, as a function's does.</summary>
    public Task<IHost> StartHostAsync(
        Func<Probe, JobContext, Task<string?>> run, Action<JobWorkerOptions>? worker = null, Action<JobTypeOptions>? type = null) =>
        StartAsync(run, worker, builder => builder.AddJob<Probe, ProbeHandler>(options =>
        {
            options.BackoffBase = TimeSpan.FromMilliseconds(50);
            type?.Invoke(options);
        }));

    /// <summary>Starts a worker of a newer version of the app: it knows <see cref="NewerProbe"/>.</summary>
    public Task<IHost> StartNewerWorkerAsync(Func<Probe, JobContext, Task<string?>> run) =>
        StartAsync(run, options => options.RunWithoutTrigger = true, builder => builder.AddJob<NewerProbe, NewerProbeHandler>());

    /// <summary>Starts a worker that knows another job type than <see cref="Probe"/>.</summary>
    public Task<IHost> StartWorkerOfAsync<TJob, THandler>()
        where TJob : IJob
        where THandler : class, IJobHandler<TJob> =>
        StartAsync(
            (_, _) => Task.FromResult<string?>(null),
            options => options.RunWithoutTrigger = true,
            builder => builder.AddJob<TJob, THandler>());

    /// <summary>Starts a worker that serves other queues too.</summary>
    public Task<IHost> StartWorkerAsync(
        IEnumerable<JobQueue> others, Func<Probe, JobContext, Task<string?>> run, Action<JobWorkerOptions>? worker = null) => StartAsync(
        run,
        options =>
        {
            options.RunWithoutTrigger = true;
            worker?.Invoke(options);
        },
        builder =>
        {
            builder.AddJob<Probe, ProbeHandler>();
            foreach (var queue in others)
            {
                builder.AddQueue(queue);
            }
        });

    /// <summary>Starts a worker on a machine whose clock is wrong.</summary>
    public Task<IHost> StartWorkerAsync(TimeProvider clock, Func<Probe, JobContext, Task<string?>> run) => StartAsync(
        run,
        options => options.RunWithoutTrigger = true,
        builder => builder.AddJob<Probe, ProbeHandler>(options => options.BackoffBase = TimeSpan.FromMilliseconds(50)).Services.AddSingleton(clock));

    /// <summary>Builds a worker as <see cref="StartHostAsync"/> does, and does not start it.</summary>
    public async Task<IHost> BuildHostAsync(Func<Probe, JobContext, Task<string?>> run)
    {
        var host = await BuildAsync(run, worker: null, builder => builder.AddJob<Probe, ProbeHandler>());
        workers.Add(host);
        return host;
    }

    private async Task<IHost> StartAsync(
        Func<Probe, JobContext, Task<string?>> run, Action<JobWorkerOptions>? worker, Action<JobWorkerBuilder> jobs)
    {
        var host = await BuildAsync(run, worker, jobs);
        try
        {
            await host.StartAsync();
        }
        catch
        {
            // Otherwise its connection would look for its server, which may be gone, to the end of the run.
            await host.Services.GetRequiredService<IConnectionMultiplexer>().DisposeAsync();
            host.Dispose();
            throw;
        }

        workers.Add(host);
        return host;
    }

    private async Task<IHost> BuildAsync(
        Func<Probe, JobContext, Task<string?>> run, Action<JobWorkerOptions>? worker, Action<JobWorkerBuilder> jobs)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.AddProvider(Logs);
        builder.Logging.SetMinimumLevel(LogLevel.Debug);
        builder.Services.AddSingleton<IConnectionMultiplexer>(await ConnectionMultiplexer.ConnectAsync(connection.Clone()));
        builder.Services.AddSingleton(new ProbeScript(run));
        jobs(builder.Services.AddJobWorker(worker).AddQueue(Queue));
        return builder.Build();
    }

    /// <summary>The queue as a worker of its own name sees it, for the verbs alone.</summary>
    internal WorkerQueue AsWorker(Action<JobWorkerOptions>? configure = null)
    {
        var options = new JobWorkerOptions();
        configure?.Invoke(options);
        return new WorkerQueue(Queue, Redis, new WorkerIdentity(), options);
    }

    public async Task<JobState?> StateAsync(string id) => await Enqueuer.GetJob(Queue.Name, id).GetStateAsync();

    public async Task<JobInfo> InfoAsync(string id) =>
        await Enqueuer.GetJob(Queue.Name, id).GetInfoAsync() ?? throw new InvalidOperationException($"There is no job {id}.");

    /// <summary>How many entries the doorbell has.</summary>
    public Task<long> DoorbellLengthAsync() => Queue.Doorbell == Doorbell.List
        ? Database.ListLengthAsync(Keys.Trigger)
        : Database.StreamLengthAsync(Keys.Trigger);

    public async Task<string[]> RejectedAsync() =>
        [.. (await Database.ListRangeAsync(Keys.Rejected)).Select(value => value.ToString())];

    /// <summary>Waits until Redis's clock has passed a moment.</summary>
    public Task WaitUntilAsync(DateTimeOffset moment) => Eventually.TrueAsync(
        async () => await NowAsync() > moment, $"Redis's clock is past {moment:O}");

    /// <summary>Redis's own clock.</summary>
    public async Task<DateTimeOffset> NowAsync()
    {
        var time = (long[])(await Database.ExecuteAsync("TIME"))!;
        return DateTimeOffset.FromUnixTimeMilliseconds((time[0] * 1000) + (time[1] / 1000));
    }

    /// <summary>Every key of the queue that Redis holds.</summary>
    public async Task<string[]> KeysInRedisAsync()
    {
        var keys = new List<string>();
        await foreach (var key in Redis.GetServers()[0].KeysAsync(pattern: $"jobs:{{{Queue.Name}}}:*"))
        {
            keys.Add(key.ToString());
        }

        return [.. keys.Order(StringComparer.Ordinal)];
    }

    /// <summary>Cuts a worker off as the death of its process would: its connections close and nothing is given back.</summary>
    public async Task LoseAsync(IHost worker)
    {
        workers.Remove(worker);
        await worker.Services.GetRequiredService<IConnectionMultiplexer>().DisposeAsync();
    }

    public async Task StopAsync(IHost worker)
    {
        workers.Remove(worker);
        await CloseAsync(worker);
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(workers.Select(CloseAsync));
        await services.DisposeAsync();
        await Redis.DisposeAsync();
    }

    private static async Task CloseAsync(IHost worker)
    {
        await worker.StopAsync();
        await worker.Services.GetRequiredService<IConnectionMultiplexer>().DisposeAsync();
        worker.Dispose();
    }
}
