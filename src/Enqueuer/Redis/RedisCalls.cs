using System.Net.Sockets;
using System.Security.Authentication;
using StackExchange.Redis;

namespace FunctionJobs;

/// <summary>Runs calls against Redis with a bound on the time, and turns what Redis may answer into one exception.</summary>
internal sealed class RedisCalls(IRedisSource source, TimeSpan timeout)
{
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(100);

    // Over before the caller is told that his call has failed.
    private readonly TimeSpan tryFor = timeout / 2;

    /// <exception cref="JobQueueUnavailableException">Redis is away, too slow, or refuses to write.</exception>
    public async Task<T> CallAsync<T>(Func<IConnectionMultiplexer, Task<T>> call, CancellationToken cancellationToken)
    {
        var running = CallNowAsync(call, cancellationToken);
        try
        {
            return await running.WaitAsync(timeout, cancellationToken);
        }
        catch (TimeoutException e) when (!source.GetAsync().IsCompleted)
        {
            throw new JobQueueUnavailableException(
                $"Redis cannot be reached: no connection was open within {timeout.TotalSeconds:0.#} s. Check that it runs, and that address, user and password in the connection string are right.", e);
        }
        catch (Exception e) when (
            e is RedisException or TimeoutException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new JobQueueUnavailableException(Explain(e), e);
        }
        finally
        {
            Forget(running);
        }
    }

    /// <summary>Of a task that may fail when its caller has been told already, so that the app gets no "unobserved" exception on top.</summary>
    public static void Forget(Task running)
    {
        if (!running.IsCompletedSuccessfully)
        {
            _ = running.ContinueWith(
                static task => _ = task.Exception,
                CancellationToken.None,
                TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
        }
    }

    /// <summary>
    /// A call that was never sent, because the connection was just being renewed, or that Redis does not take yet, or no longer since another
    /// server is about to become the primary, is made again for a moment.
    /// </summary>
    private async Task<T> CallNowAsync<T>(Func<IConnectionMultiplexer, Task<T>> call, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                // Who asked for it is told by then that there is no connection: it must not be sent when there is one.
                var left = timeout - TimeProvider.System.GetElapsedTime(started);
                return await call(await source.GetAsync().WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, cancellationToken));
            }
            catch (RedisException e) when (IsUndone(e) && TimeProvider.System.GetElapsedTime(started) < tryFor)
            {
                await Task.Delay(BetweenTries, cancellationToken);
            }
        }
    }

    private static bool IsUndone(RedisException e) => WasNeverSent(e) || IsLoading(e.Message) || IsReadOnly(e.Message);

    /// <summary>Whether a call failed before the client sent it, and so can have done nothing.</summary>
    public static bool WasNeverSent(Exception e) => e
        is RedisConnectionException { CommandStatus: CommandStatus.WaitingToBeSent or CommandStatus.WaitingInBacklog };

    /// <summary>Whether an error of Redis says that it is reading its data into memory, as after a restart.</summary>
    public static bool IsLoading(string error) => error.StartsWith("LOADING", StringComparison.Ordinal);

    /// <summary>Whether an error of Redis says that it is a replica. Our scripts have done nothing then: they do not get past their first write.</summary>
    public static bool IsReadOnly(string error) => error.Contains("READONLY", StringComparison.Ordinal);

    private const string Loading = "Redis is loading its data, as after a restart, and takes no calls yet.";

    public const string LoginRefused = "Redis refuses the login. Check user and password in the connection string.";

    /// <summary>Whether Redis, or the client on its behalf, says that user or password are missing or wrong.</summary>
    public static bool RefusesLogin(Exception e) =>
        e is RedisConnectionException { FailureType: ConnectionFailureType.AuthenticationFailure, InnerException: not AuthenticationException }
        || e.Message.Contains("NOAUTH", StringComparison.Ordinal)
        || e.Message.Contains("WRONGPASS", StringComparison.Ordinal)
        || (e.InnerException is { } inner && RefusesLogin(inner));

    /// <summary>Why there is no connection, and what to do.</summary>
    public static string ExplainUnreachable(Exception e) => e switch
    {
        _ when RefusesLogin(e) => LoginRefused,
        RedisServerException when IsLoading(e.Message) => $"{Loading} Try again when it has.",
        _ when TlsFailure(e) is { } failure =>
            $"Redis cannot be reached over TLS: {failure} Check the server's certificate, and ssl and sslHost in the connection string.",
        _ => $"Redis cannot be reached: {SocketFailure(e) ?? e.GetType().Name}. Check that it runs and that the connection string is right.",
    };

    /// <summary>What an error of Redis means for the caller, and what to do.</summary>
    public static string ExplainRefusal(string error) => error switch
    {
        _ when error.Contains("OOM", StringComparison.Ordinal) =>
            "Redis is full (maxmemory) and refuses to write. Nothing was written. Free memory or raise maxmemory.",
        _ when IsLoading(error) => $"{Loading} Nothing was written. Try again in a moment.",
        _ when IsReadOnly(error) =>
            "Redis is a read-only replica and refuses to write. Nothing was written. Connect to the primary.",
        _ => $"Redis refused the call: {error}",
    };

    // What went wrong while the connection was encrypted, the server's certificate say.
    private static string? TlsFailure(Exception? e) => e is null or AuthenticationException ? e?.Message : TlsFailure(e.InnerException);

    // Such as a refused connection or a name that DNS does not know.
    private static string? SocketFailure(Exception? e) => e is null or SocketException ? e?.Message : SocketFailure(e.InnerException);

    private string Explain(Exception e) => e switch
    {
        // The client cancels a call whose connection is lost between its choice and its use.
        RedisConnectionException or OperationCanceledException => ExplainUnreachable(source.LastFailure ?? e),
        _ when RefusesLogin(e) => LoginRefused,
        RedisServerException => ExplainRefusal(e.Message),
        _ when IsReadOnly(e.Message) => ExplainRefusal(e.Message),
        RedisTimeoutException => "Redis did not answer within the asyncTimeout of the app's connection. Raise it in the connection string where Redis may take longer.",
        _ => $"Redis did not answer within {timeout.TotalSeconds:0.#} s.",
    };
}
