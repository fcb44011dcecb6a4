using FunctionJobs.LocalServices;
using StackExchange.Redis;

namespace FunctionJobs.Bench;

/// <summary>One system on a fresh server: append-only file, written to disk every second.</summary>
internal sealed class Station : IAsyncDisposable
{
    private readonly LocalRedis redis;
    private readonly ConnectionMultiplexer connection;

    private Station(BenchSystem candidate, LocalRedis redis, ConnectionMultiplexer connection)
    {
        Candidate = candidate;
        this.redis = redis;
        this.connection = connection;
    }

    public BenchSystem Candidate { get; }

    public string Redis => $"127.0.0.1:{redis.Port}";

    public static async Task<Station> OpenAsync(BenchSystem candidate)
    {
        // A rewrite of the file would fall into one measurement and not into another.
        var redis = await LocalRedis.StartAsync(new LocalRedisOptions { Arguments = ["--auto-aof-rewrite-percentage", "0"] });
        var connection = await ConnectionMultiplexer.ConnectAsync($"{redis.ConnectionString},allowAdmin=true");
        return new Station(candidate, redis, connection);
    }

    public IDatabase Database => connection.GetDatabase();

    public IServer Server => connection.GetServers()[0];

    public Task<ProducerProcess> StartProducerAsync() => ProducerProcess.StartAsync(Candidate.Producer, Redis);

    public Task<WorkerProcesses> StartWorkersAsync(WorkerSetup setup) => WorkerProcesses.StartAsync(Candidate.Worker(setup.Concurrency), setup);

    public Task<RedisReading> ReadRedisAsync() => RedisReading.TakeAsync(Server);

    /// <summary>Enqueues jobs as fast as the system can, and lets the producer go.</summary>
    public async Task FillAsync(int jobs)
    {
        await using var producer = await StartProducerAsync();
        if (await producer.RunAsync($"bulk {jobs}") is not null)
        {
            return;
        }

        // Without a bulk enqueue it takes long: two share the work.
        await using var second = await StartProducerAsync();
        await Task.WhenAll(producer.RunAsync($"enqueue {jobs - (jobs / 2)} 25"), second.RunAsync($"enqueue {jobs / 2} 25"));
    }

    public async ValueTask DisposeAsync()
    {
        await connection.DisposeAsync();
        await redis.DisposeAsync();
    }
}
