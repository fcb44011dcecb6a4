using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace FunctionJobs.Worker;

/// <summary>Checks what the worker stands on, and says plainly what is wrong.</summary>
/// <param name="types">First, since services are made in this order: for Redis an app may have to wait until it is connected to.</param>
/// <param name="redis">The connection.</param>
/// <param name="pumps">The queues.</param>
/// <param name="configuration">What is looked at for names that nothing reads.</param>
/// <param name="log">Where to say what stops nobody.</param>
internal sealed partial class StartupChecks(
    JobTypes types, IConnectionMultiplexer redis, QueuePumps pumps, IConfiguration configuration, ILogger<StartupChecks> log) : IHostedService
{
    private static readonly Version LeastVersion = new(6, 2);

    // The first with sharded channels, on which the workers of a cluster are heard.
    private static readonly Version LeastVersionOfCluster = new(7, 0);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private bool passed;

    public Task StartAsync(CancellationToken cancellationToken) => passed ? Task.CompletedTask : CheckAsync(cancellationToken);

    /// <exception cref="JobWorkerStartException">The worker cannot work; the message says why and what to do.</exception>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        if (types.All.Count == 0)
        {
            throw new JobWorkerStartException("The worker has no job types. Add them at start-up: services.AddJobWorker().AddJob<TJob, THandler>().");
        }

        if (redis.Configuration.Split(',').Any(option => option.Trim().StartsWith("channelPrefix=", StringComparison.OrdinalIgnoreCase)))
        {
            throw new JobWorkerStartException(
                "The worker's Redis connection has a channelPrefix. The queues' channels have none, so this worker would hear nobody and be heard by nobody. "
                + "Take channelPrefix out of its connection string, or give it a connection of its own.");
        }

        // They stop nobody: another version of the app may know them, or another app with the same settings.
        foreach (var unknown in SettingNames.Unknown(configuration, types.All.Select(type => type.Name)))
        {
            LogUnknownSetting(unknown);
        }

        await TryAsync(() => redis.GetDatabase().PingAsync(), cancellationToken);
        // Of a cluster another node may be the one that is away.
        var servers = await Task.WhenAll(pumps.All.Select(pump => TryAsync(() => InspectAsync(pump.Queue), cancellationToken)));
        foreach (var server in servers.DistinctBy(info => info.GetValueOrDefault("run_id")))
        {
            Check(server);
        }

        passed = true;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Makes a call for as long as Redis does not answer, and no longer than its patience.</summary>
    private async Task<T> TryAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                return await call();
            }
            catch (RedisException e) when (RedisCalls.RefusesLogin(e))
            {
                throw new JobWorkerStartException(RedisCalls.LoginRefused, e);
            }
            catch (Exception e) when (
                e is RedisException or TimeoutException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                if (TimeProvider.System.GetElapsedTime(started) > Patience)
                {
                    // Redis itself says what is wrong where it has answered.
                    throw new JobWorkerStartException(
                        e is not RedisServerException && await RefusesLoginNowAsync() ? RedisCalls.LoginRefused : RedisCalls.ExplainUnreachable(e), e);
                }

                await Task.Delay(TimeSpan.FromMilliseconds(250), cancellationToken);
            }
        }
    }

    // A connection that was never open tells the reason of its first failure for ever, be it that Redis was still starting.
    private async Task<bool> RefusesLoginNowAsync()
    {
        var options = ConfigurationOptions.Parse(redis.Configuration);
        options.AbortOnConnectFail = true;
        try
        {
            await using var another = await ConnectionMultiplexer.ConnectAsync(options);
            return false;
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            return RedisCalls.RefusesLogin(e);
        }
    }

    private async Task<Dictionary<string, string>> InspectAsync(WorkerQueue queue)
    {
        try
        {
            var (info, refused) = await Inspect.RunAsync(queue);
            if (refused.Length > 0)
            {
                throw Refused(queue, string.Join("; ", refused.Select(one => $"{one.What} ({one.Reason})")));
            }

            if (info.Count == 0)
            {
                LogNoInfo("INFO is refused");
            }

            return info;
        }
        catch (RedisServerException e) when (e.Message.StartsWith("NOPERM", StringComparison.Ordinal))
        {
            throw Refused(queue, $"a script ({e.Message})");
        }
        catch (RedisServerException e)
        {
            LogNoInfo(e.Message);
            return [];
        }
    }

    private static JobWorkerStartException Refused(WorkerQueue queue, string what) => new(
        $"Redis refuses what the worker of the queue '{queue.Name}' needs: {what}. "
        + "Where a permission is missing, give the user of the Redis connection the keys, channels and commands that docs/configuration.md lists. "
        + "Where a key holds something else (WRONGTYPE), another program has written it: rename or delete it.");

    /// <summary>Why the server cannot be worked with, or null.</summary>
    internal static string? TooOld(Dictionary<string, string> info)
    {
        var isCluster = info.GetValueOrDefault("cluster_enabled") == "1";
        var least = isCluster ? LeastVersionOfCluster : LeastVersion;
        return Version.TryParse(info.GetValueOrDefault("redis_version"), out var version) && version < least
            ? $"Redis {(isCluster ? "Cluster " : "")}is {version}; at least {least} is needed. Upgrade the server."
            : null;
    }

    private void Check(Dictionary<string, string> info)
    {
        if (TooOld(info) is { } reason)
        {
            throw new JobWorkerStartException(reason);
        }

        if (info.TryGetValue("maxmemory_policy", out var policy) && policy != "noeviction")
        {
            LogEviction(policy);
        }

        if (info.TryGetValue("aof_enabled", out var appendOnly) && appendOnly == "0")
        {
            LogNotPersistent();
        }
    }
}
