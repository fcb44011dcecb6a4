using FunctionJobs.Emulator.Discovery;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace FunctionJobs.Emulator.Triggers;

/// <summary>
/// The one loop of a Redis trigger: take a batch, run all of it at once, wait for the slowest, pause, again. One slow
/// invocation holds back everything behind it, as under the real host.
/// </summary>
internal sealed partial class PollLoop(
    Function function,
    RedisTrigger trigger,
    RedisSource source,
    TriggerTools tools,
    ILogger logger) : ITriggerLoop
{
    private bool open;
    private bool wasOpen;
    private bool wasRefused;
    private bool broken;

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken stopping)
    {
        try
        {
            for (long poll = 1; !tools.Faults.DiesAfter(poll - 1); poll++)
            {
                stopping.ThrowIfCancellationRequested();
                if (!await TryPollAsync(stopping))
                {
                    return;
                }

                await Task.Delay(trigger.PollingInterval, tools.Time, stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }
    }

    /// <inheritdoc/>
    public async Task CloseAsync()
    {
        if (open)
        {
            await source.CloseAsync(await RedisAsync());
        }
    }

    private Task<IDatabase> RedisAsync() => tools.Connections.DatabaseAsync(function.Definition.Name, trigger);

    private async Task<bool> TryPollAsync(CancellationToken stopping)
    {
        try
        {
            await PollAsync(await RedisAsync(), stopping);
            if (broken)
            {
                LogRecovered(function.Definition.Name);
            }

            broken = false;
        }
        catch (Exception error) when (error is RedisException or TimeoutException)
        {
            if (error is RedisServerException && !wasOpen)
            {
                await RefusedAsync(error);
            }
            else if (!broken && !tools.Faults.DieOnRedisError)
            {
                LogBroken(error, function.Definition.Name, trigger.Key);
            }

            (broken, open) = (true, false);

            // The real loop catches nothing and says nothing: what follows the first error is silence.
            return !tools.Faults.DieOnRedisError;
        }

        return true;
    }

    /// <summary>The real listener opens its stream in a method that nobody waits for (async void): what Redis refuses there ends the host.</summary>
    private async Task RefusedAsync(Exception error)
    {
        if (!wasRefused)
        {
            LogRefused(error, function.Definition.Name, trigger.Key);
        }

        wasRefused = true;
        if (tools.Faults.DieOnRedisError)
        {
            await tools.Process.KillAsync();
        }
    }

    private async Task PollAsync(IDatabase redis, CancellationToken stopping)
    {
        if (!open)
        {
            await source.OpenAsync(redis);
        }

        (open, wasOpen) = (true, true);

        // Not cancelled by a stop: what is popped at that moment would be lost for nothing.
        var batch = await source.TakeAsync(redis);
        if (batch.Count == 0 || await IsLostAsync(redis))
        {
            return;
        }

        // A stop leaves the batch to run on: the app's hosted services decide how long the process still lives.
        await Task.WhenAll(batch.Select(entry => RunAsync(redis, entry))).WaitAsync(stopping);
    }

    private async Task RunAsync(IDatabase redis, TriggerEntry entry)
    {
        await tools.Invoker.RunAsync(function, entry, logger);
        await source.DoneAsync(redis, entry);
    }

    private async Task<bool> IsLostAsync(IDatabase redis)
    {
        if (tools.Faults.CrashesNow())
        {
            await tools.Process.KillAsync();
        }

        if (source.ForgetsPendingOnClose && tools.Faults.DropsConsumer())
        {
            await source.CloseAsync(redis);
            return true;
        }

        return tools.Faults.LosesBatch();
    }
}
