using StackExchange.Redis;

namespace FunctionJobs;

/// <summary>Where the connection comes from.</summary>
internal interface IRedisSource
{
    Task<IConnectionMultiplexer> GetAsync();
}

/// <summary>A connection that the app has and keeps.</summary>
internal sealed class GivenRedis(IConnectionMultiplexer redis) : IRedisSource
{
    public Task<IConnectionMultiplexer> GetAsync() => Task.FromResult(redis);
}

/// <summary>A connection of the enqueuer's own, opened at its first use and closed with it. It reconnects by itself.</summary>
internal sealed class OwnRedis(string connectionString) : IRedisSource, IAsyncDisposable, IDisposable
{
    private readonly Lock gate = new();
    private Task<IConnectionMultiplexer>? connection;

    public Task<IConnectionMultiplexer> GetAsync()
    {
        lock (gate)
        {
            if (connection is null or { IsFaulted: true } or { IsCanceled: true })
            {
                connection = ConnectAsync();
            }

            return connection;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Opened() is { } opened)
        {
            await (await opened).DisposeAsync();
        }
    }

    /// <summary>For a provider that is disposed of synchronously: the connection closes when its opening is done.</summary>
    public void Dispose()
    {
        _ = Opened()?.ContinueWith(
            opened => opened.Result.Dispose(), CancellationToken.None,
            TaskContinuationOptions.OnlyOnRanToCompletion | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private Task<IConnectionMultiplexer>? Opened()
    {
        lock (gate)
        {
            return connection;
        }
    }

    private async Task<IConnectionMultiplexer> ConnectAsync()
    {
        var options = ConfigurationOptions.Parse(connectionString);
        options.AbortOnConnectFail = false;
        options.ClientName ??= "functionjobs-enqueuer";
        // A call during an outage fails at once instead of being sent, unnoticed, after its caller has been told that it failed.
        options.BacklogPolicy = BacklogPolicy.FailFast;
        return await ConnectionMultiplexer.ConnectAsync(options);
    }
}
