using StackExchange.Redis;

namespace FunctionJobs.Worker;

/// <summary>What a look at the queue found and mended.</summary>
/// <param name="Rescued">Jobs that nobody ran and that are available again.</param>
/// <param name="DeadWorkers">Workers that were found gone.</param>
/// <param name="Available">Jobs available now.</param>
/// <param name="Executing">Jobs that some worker holds.</param>
/// <param name="Age">How long ago the first available job was enqueued.</param>
/// <param name="AbsentWorkers">Workers with nobody on their channel, dead or not connected just now.</param>
/// <param name="WasOtherKind">Whether the doorbell was a stream of a list's queue, or a list of a stream's.</param>
internal sealed record RescueReport(
    string[] Rescued, string[] DeadWorkers, long Available, long Executing, TimeSpan Age, string[] AbsentWorkers, bool WasOtherKind);

/// <summary>Makes available again what nobody runs.</summary>
internal static class Rescue
{
    private const int AtMost = 500;

    private static readonly RedisScript Script = RedisScript.Load<WorkerQueue>("rescue");

    /// <param name="queue">The queue.</param>
    /// <param name="silence">A heartbeat older than this is no sign of life.</param>
    /// <param name="suspects">Workers of which one that is older than <see cref="Presence.Silence"/> is none.</param>
    /// <param name="sharded">Whether workers listen on sharded channels (Redis Cluster).</param>
    public static async Task<RescueReport> RunAsync(WorkerQueue queue, TimeSpan silence, IReadOnlyCollection<string> suspects, bool sharded)
    {
        var keys = queue.Keys;
        var reply = (RedisResult[])(await Script.RunAsync(
            queue.Redis,
            [keys.JobPrefix, keys.Executing, keys.Available, keys.Trigger, keys.Stats, keys.Workers],
            [
                queue.Doorbell, keys.Bell, keys.Ended, keys.WorkerPrefix, Presence.CountCommand(sharded),
                (long)silence.TotalMilliseconds, AtMost, WorkerQueue.KeepEndedMs, queue.Worker.Name,
                (long)Presence.Silence.TotalMilliseconds, .. suspects.Select(worker => (RedisValue)worker),
            ]))!;
        var rescued = (string[])reply[0]!;
        WorkerTelemetry.Moved(queue.Name, "rescued", rescued.Length);
        WorkerTelemetry.Moved(queue.Name, "cancelled", (long)reply[5]);
        return new RescueReport(
            rescued, (string[])reply[1]!, (long)reply[2], (long)reply[3], TimeSpan.FromMilliseconds((long)reply[4]), (string[])reply[6]!, (long)reply[7] == 1);
    }
}
