using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace FunctionJobs;

/// <summary>Where the connection comes from.</summary>
internal interface IRedisSource
{
    Task<IConnectionMultiplexer> GetAsync();

    /// <summary>Why the connection failed last, where that is known: the connection itself tells the reason of its first failure until it is open.</summary>
    Exception? LastFailure { get; }
}

/// <summary>A connection that the app has and keeps.</summary>
internal sealed class GivenRedis(IConnectionMultiplexer redis) : IRedisSource
{
    public Task<IConnectionMultiplexer> GetAsync() => Task.FromResult(redis);

    public Exception? LastFailure => null;
}

/// <summary>A connection of the enqueuer's own, opened at its first use and closed with it. It reconnects by itself.</summary>
/// <param name="connectionString">As StackExchange.Redis reads it.</param>
/// <param name="timeout">How long a call may take.</param>
internal sealed class OwnRedis(string connectionString, TimeSpan timeout) : IRedisSource, IAsyncDisposable, IDisposable
{
    private readonly Lock gate = new();
    private readonly Failures failures = new();
    private Task<IConnectionMultiplexer>? connection;

    public Exception? LastFailure => failures.Last;

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
        // The enqueuer's own bound comes first; the client looks at its about once a second.
        options.AsyncTimeout = Math.Max(options.AsyncTimeout, (int)timeout.TotalMilliseconds + 1_000);
        // Scripts publish the end of a job on the queue's own channel, which has no prefix.
        options.ChannelPrefix = default;
        options.LoggerFactory = failures;
        return await ConnectionMultiplexer.ConnectAsync(options);
    }

    /// <summary>Keeps the last exception of what the connection logs: each failure is logged, only the first one is thrown.</summary>
    private sealed class Failures : ILoggerFactory, ILogger
    {
        private volatile Exception? last;

        public Exception? Last => last;

        public ILogger CreateLogger(string categoryName) => this;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (exception is not null && IsEnabled(logLevel))
            {
                last = exception;
            }
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public void Dispose()
        {
        }
    }
}
