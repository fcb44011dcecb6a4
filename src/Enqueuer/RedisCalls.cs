using StackExchange.Redis;

namespace FunctionJobs;

/// <summary>Runs calls against Redis with a bound on the time, and turns what Redis may answer into one exception.</summary>
internal sealed class RedisCalls(IRedisSource source, TimeSpan timeout)
{
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(100);

    // Over before the caller is told that his call has failed.
    private readonly TimeSpan moment = timeout / 2;

    /// <exception cref="JobQueueUnavailableException">Redis is away, too slow, or refuses to write.</exception>
    public async Task<T> CallAsync<T>(Func<IConnectionMultiplexer, Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await CallNowAsync(call, cancellationToken).WaitAsync(timeout, cancellationToken);
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            throw new JobQueueUnavailableException(Explain(e), e);
        }
    }

    /// <summary>A call that was never sent, because the connection was just being renewed, is made again for a moment.</summary>
    private async Task<T> CallNowAsync<T>(Func<IConnectionMultiplexer, Task<T>> call, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                return await call(await source.GetAsync());
            }
            catch (RedisConnectionException e) when (
                e.CommandStatus is CommandStatus.WaitingToBeSent or CommandStatus.WaitingInBacklog
                && TimeProvider.System.GetElapsedTime(started) < moment)
            {
                await Task.Delay(BetweenTries, cancellationToken);
            }
        }
    }

    public const string LoginRefused = "Redis refuses the login. Check user and password in the connection string.";

    /// <summary>Whether Redis, or the client on its behalf, says that user or password are missing or wrong.</summary>
    public static bool RefusesLogin(Exception e) =>
        e is RedisConnectionException { FailureType: ConnectionFailureType.AuthenticationFailure }
        || e.Message.Contains("NOAUTH", StringComparison.Ordinal)
        || e.Message.Contains("WRONGPASS", StringComparison.Ordinal)
        || (e.InnerException is { } inner && RefusesLogin(inner));

    /// <summary>What an error of Redis means for the caller, and what to do.</summary>
    public static string ExplainRefusal(string error) => error switch
    {
        _ when error.Contains("OOM", StringComparison.Ordinal) =>
            "Redis is full (maxmemory) and refuses to write. Nothing was enqueued. Free memory or raise maxmemory.",
        _ when error.Contains("READONLY", StringComparison.Ordinal) =>
            "Redis is a read-only replica and refuses to write. Nothing was enqueued. Connect to the primary.",
        _ => $"Redis refused the call: {error}",
    };

    private string Explain(Exception e) => e switch
    {
        _ when RefusesLogin(e) => LoginRefused,
        RedisServerException => ExplainRefusal(e.Message),
        RedisConnectionException => $"Redis cannot be reached: {e.GetType().Name}. Check that it runs and that the connection string is right.",
        _ => $"Redis did not answer within {timeout.TotalSeconds:0.#} s.",
    };
}

/// <summary>Where the connection comes from.</summary>
internal interface IRedisSource
{
    Task<IConnectionMultiplexer> GetAsync();
}
