using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace FunctionJobs.Tests;

/// <summary>An enqueuer with a queue of its own, and a second connection to look at what it has written.</summary>
public sealed class TestEnqueuer : IAsyncDisposable
{
    private readonly ServiceProvider services;

    private TestEnqueuer(ServiceProvider services, IConnectionMultiplexer redis)
    {
        this.services = services;
        Redis = redis;
        Keys = new QueueKeys(Queue.Name);
    }

    public JobQueue Queue { get; } = JobQueue.List(Unique.Name("test"));

    public IConnectionMultiplexer Redis { get; }

    public IDatabase Database => Redis.GetDatabase();

    public IJobEnqueuer Enqueuer => services.GetRequiredService<IJobEnqueuer>();

    internal QueueKeys Keys { get; }

    public static async Task<TestEnqueuer> CreateAsync(string? redis = null, Action<JobEnqueuerOptions>? configure = null) => new(
        new ServiceCollection().AddJobEnqueuer(redis ?? Servers.Redis, configure).BuildServiceProvider(),
        await ConnectionMultiplexer.ConnectAsync((redis ?? Servers.Redis) + ",allowAdmin=true,abortConnect=false"));

    public Task<JobHandle> EnqueueAsync(EnqueueOptions? options = null, object? args = null) =>
        Enqueuer.EnqueueAsync("greet", args ?? new { Name = "Ada" }, (options ?? new()) with { Queue = Queue });

    public async Task<string[]> KeysInRedisAsync()
    {
        var keys = new List<string>();
        await foreach (var key in Redis.GetServers()[0].KeysAsync(pattern: $"jobs:{{{Queue.Name}}}:*"))
        {
            keys.Add(key.ToString());
        }

        return [.. keys.Order(StringComparer.Ordinal)];
    }

    /// <summary>Ends a job as a worker would, by the fields and the channel that docs/wire-format.md names.</summary>
    public async Task EndAsync(string id, string state, string? result = null, string? error = null)
    {
        // In one call, as a script would: who looks in between must not see half of it.
        List<HashEntry> ended = [new("state", state), new("finished_at", "1")];
        if (result is not null)
        {
            ended.Add(new("result", result));
        }

        if (error is not null)
        {
            ended.Add(new("errors", $$"""{"attempt":1,"at":1,"kind":"Failure","message":"{{error}}"}"""));
        }

        await Database.HashSetAsync(Keys.Job(id), [.. ended]);
        await Redis.GetSubscriber().PublishAsync(RedisChannel.Literal(Keys.Ended), id);
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        await Redis.DisposeAsync();
    }
}
