using FunctionJobs.LocalServices;
using StackExchange.Redis;

namespace FunctionJobs.Tests;

/// <summary>A Redis of a test's own that takes its time to read its data at a restart.</summary>
public sealed class LoadingRedis : IAsyncDisposable
{
    // Redis answers in between, after each 1,024 writes that it has read.
    private const int MicrosecondsPerWrite = 200;

    private readonly LocalRedis server;

    private LoadingRedis(LocalRedis server) => this.server = server;

    public string ConnectionString => server.ConnectionString;

    /// <summary>Ends when Redis has read its data after the restart.</summary>
    public Task Loaded { get; private set; } = Task.CompletedTask;

    /// <summary>Starts the server and gives it so much to read that it takes about so long.</summary>
    public static async Task<LoadingRedis> StartAsync(TimeSpan loading)
    {
        var server = await LocalRedis.StartAsync(new() { Arguments = ["--key-load-delay", $"{MicrosecondsPerWrite}"] });
        await using var connection = await ConnectionMultiplexer.ConnectAsync(server.ConnectionString);
        var writes = (int)(loading.TotalMicroseconds / MicrosecondsPerWrite);
        await Task.WhenAll(Enumerable.Range(0, writes).Select(n => connection.GetDatabase().StringSetAsync("other", n)));
        return new LoadingRedis(server);
    }

    /// <summary>Restarts the server, and returns when it says that it is loading.</summary>
    public async Task RestartAsync()
    {
        Loaded = server.RestartAsync();
        await Eventually.TrueAsync(IsLoadingAsync, "Redis says that it is loading");
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await Loaded;
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    private async Task<bool> IsLoadingAsync()
    {
        try
        {
            await using var connection = await ConnectionMultiplexer.ConnectAsync(ConnectionString + ",connectTimeout=500");
            await connection.GetDatabase().PingAsync();
            return false;
        }
        catch (RedisServerException e)
        {
            return e.Message.StartsWith("LOADING", StringComparison.Ordinal);
        }
        catch (RedisConnectionException)
        {
            return false;
        }
    }
}
