using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace FunctionJobs.Worker;

/// <summary>
/// Shows that this process lives: a subscription to a channel of its own, which ends with the process's sockets, and a heartbeat
/// every two seconds, which a reconnecting process keeps up. On the channel come the jobs that it is handed (see <see cref="Offer"/>).
/// </summary>
internal sealed partial class Presence(QueuePumps pumps, WorkerSettings settings, ILogger<Presence> log)
    : BackgroundService
{
    /// <summary>A heartbeat older than this, with nobody on the worker's channel, means that the worker is gone.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    private readonly Listening listening = new();

    /// <summary>In a cluster the count of subscribers is known to one node only for sharded channels.</summary>
    public static bool IsSharded(IConnectionMultiplexer redis) =>
        redis.GetServers().Any(server => server.ServerType == ServerType.Cluster);

    /// <summary>The PUBSUB command that counts who listens on a channel.</summary>
    public static string CountCommand(bool sharded) => sharded ? "SHARDNUMSUB" : "NUMSUB";

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var pump in pumps.All)
        {
            var queue = pump.Queue;
            var channel = IsSharded(queue.Multiplexer) ? RedisChannel.Sharded(queue.Channel) : RedisChannel.Literal(queue.Channel);
            // What was due while the connection was away is made up for at once, before the others wonder.
            await listening.StartAsync(queue.Multiplexer, channel, pump.TakeGranted, restored: () => _ = BeatAsync(queue));
            // What fails now, as at a replica that is about to be promoted, is made up for within two seconds.
            await BeatAsync(queue);
        }

        await base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await Task.WhenAll(pumps.All.Select(pump => LeaveAsync(pump.Queue, cancellationToken)));
        listening.Stop();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var beats = pumps.All.ToDictionary(pump => pump.Queue, _ => Task.CompletedTask);
        var move = Task.CompletedTask;
        using var timer = new PeriodicTimer(Every, settings.Time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            // Not awaited: a node of a cluster that does not answer must not hold up the heartbeats at the others.
            foreach (var queue in pumps.All.Select(pump => pump.Queue).Where(queue => beats[queue].IsCompleted))
            {
                beats[queue] = BeatAsync(queue);
            }

            if (move.IsCompleted)
            {
                move = LeaveReplicasAsync();
            }
        }
    }

    private async Task LeaveReplicasAsync()
    {
        try
        {
            await listening.LeaveReplicasAsync();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Tried again with the next heartbeat.
            LogNotMoved(e.GetType().Name);
        }
    }

    private async Task LeaveAsync(WorkerQueue queue, CancellationToken cancellationToken)
    {
        try
        {
            await Heartbeat.LeaveAsync(queue).WaitAsync(TimeSpan.FromMilliseconds(500), settings.Time, cancellationToken);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            LogFailed(queue.Name, e.GetType().Name);
        }
    }

    private async Task BeatAsync(WorkerQueue queue)
    {
        try
        {
            await Heartbeat.RunAsync(queue);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            LogFailed(queue.Name, e.GetType().Name);
        }
    }
}
