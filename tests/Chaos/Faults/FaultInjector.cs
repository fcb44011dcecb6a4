using System.Globalization;
using FunctionJobs.LocalServices;
using StackExchange.Redis;

namespace FunctionJobs.Chaos;

/// <summary>A time in which Redis could not be reached.</summary>
internal sealed record Outage(long From, long To);

/// <summary>Breaks things as the schedule says, and keeps what was broken when.</summary>
internal sealed class FaultInjector(
    LocalRedis redis, LocalPostgres postgres, IConnectionMultiplexer connection, Fleet workers, Fleet enqueuers, long start)
{
    private readonly List<Outage> outages = [];

    /// <summary>When Redis was away.</summary>
    public IReadOnlyList<Outage> Outages => outages;

    /// <summary>How often each fault was injected.</summary>
    public Dictionary<FaultKind, int> Injected { get; } = [];

    public async Task RunAsync(IReadOnlyList<PlannedFault> schedule)
    {
        var background = new List<Task>();
        foreach (var fault in schedule)
        {
            var early = fault.At - TimeProvider.System.GetElapsedTime(start);
            if (early > TimeSpan.Zero)
            {
                await Task.Delay(early);
            }

            var injecting = InjectAsync(fault);
            if (fault.Kind == FaultKind.FreezeWorker)
            {
                background.Add(injecting);
            }
            else
            {
                await injecting;
            }
        }

        await Task.WhenAll(background);
    }

    private async Task InjectAsync(PlannedFault fault)
    {
        var victim = fault.Kind switch
        {
            FaultKind.KillWorker or FaultKind.StopWorker or FaultKind.FreezeWorker => workers.Victim(fault.Choice),
            FaultKind.KillEnqueuer => enqueuers.Victim(fault.Choice),
            _ => null,
        };
        if (victim is null && fault.Kind is FaultKind.KillWorker or FaultKind.StopWorker or FaultKind.FreezeWorker or FaultKind.KillEnqueuer)
        {
            // Nobody is there to be harmed: no fault.
            return;
        }

        Injected[fault.Kind] = Injected.GetValueOrDefault(fault.Kind) + 1;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{TimeProvider.System.GetElapsedTime(start).TotalSeconds,7:0.0} s  {fault.Kind} {victim?.Name}").TrimEnd());
        switch (fault.Kind)
        {
            case FaultKind.KillWorker or FaultKind.KillEnqueuer:
                victim?.Kill();
                break;
            case FaultKind.StopWorker:
                victim?.Stop();
                break;
            case FaultKind.FreezeWorker when victim is not null:
                await victim.FreezeAsync(fault.Length);
                break;
            case FaultKind.DropConnections:
                await DropConnectionsAsync();
                break;
            case FaultKind.PauseRedis:
                await PauseRedisAsync(fault.Length);
                break;
            case FaultKind.KillRedis:
                await KillRedisAsync(fault.Length);
                break;
            case FaultKind.RestartPostgres:
                await postgres.RestartAsync();
                break;
        }
    }

    private async Task DropConnectionsAsync()
    {
        foreach (var type in (string[])["normal", "pubsub"])
        {
            await connection.GetDatabase().ExecuteAsync("CLIENT", "KILL", "TYPE", type);
        }
    }

    private async Task PauseRedisAsync(TimeSpan length)
    {
        var from = TimeProvider.System.GetTimestamp();
        await redis.PauseAsync();
        await Task.Delay(length);
        redis.Resume();
        outages.Add(new Outage(from, TimeProvider.System.GetTimestamp()));
    }

    private async Task KillRedisAsync(TimeSpan length)
    {
        var from = TimeProvider.System.GetTimestamp();
        redis.Kill();
        await Task.Delay(length);
        await redis.RestartAsync();
        outages.Add(new Outage(from, TimeProvider.System.GetTimestamp()));
    }
}
