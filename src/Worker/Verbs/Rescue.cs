using StackExchange.Redis;

namespace FunctionJobs.Worker;

/// <summary>A queue to look after.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Silence">A heartbeat older than this is no sign of life.</param>
/// <param name="Suspects">Workers of which one that is older than <see cref="Presence.Silence"/> is none.</param>
internal sealed record Look(WorkerQueue Queue, TimeSpan Silence, IReadOnlyCollection<string> Suspects);

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
    private const int AtMostOfAQueue = 500;

    // Some 10 ms in Redis, as long as the jobs of one lost worker may take that had a thousand of one queue.
    private const int AtMostInACall = 1_000;

    private static readonly RedisScript Script = RedisScript.Load<WorkerQueue>("rescue");

    /// <param name="looks">Queues of one worker, at least one. Those of several are looked at in one call, which a cluster does not take.</param>
    /// <param name="sharded">Whether workers listen on sharded channels (Redis Cluster).</param>
    /// <returns>
    /// Per queue the answer, for <see cref="Read"/>. Null: it was not looked at, since enough jobs of those before it were rescued. The
    /// first always is.
    /// </returns>
    public static async Task<RedisResult?[]> CallAsync(IReadOnlyList<Look> looks, bool sharded)
    {
        var worker = looks[0].Queue;
        List<RedisKey> keys = [];
        List<RedisValue> values =
        [
            Presence.CountCommand(sharded), worker.Worker.Name, AtMostOfAQueue, AtMostInACall, WorkerQueue.KeepEndedMs,
            (long)Presence.Silence.TotalMilliseconds,
        ];
        foreach (var (queue, silence, suspects) in looks)
        {
            var of = queue.Keys;
            keys.AddRange([of.JobPrefix, of.Executing, of.Available, of.Trigger, of.Stats, of.Workers]);
            values.AddRange([queue.Doorbell, of.Bell, of.Ended, of.WorkerPrefix, (long)silence.TotalMilliseconds, suspects.Count]);
            values.AddRange(suspects.Select(suspect => (RedisValue)suspect));
        }

        var replies = (RedisResult[])(await Script.RunAsync(worker.Redis, [.. keys], [.. values]))!;
        return Array.ConvertAll(replies, static reply => reply.Resp2Type == ResultType.Integer ? null : reply);
    }

    /// <exception cref="RedisServerException">Redis refused a step at this queue.</exception>
    public static RescueReport Read(WorkerQueue queue, RedisResult answer)
    {
        if (answer.Resp2Type != ResultType.Array)
        {
            throw new RedisServerException(RedisErrorKind.Unknown, CommandFlags.None, (string)answer!);
        }

        var reply = (RedisResult[])answer!;
        var rescued = (string[])reply[0]!;
        WorkerTelemetry.Moved(queue.Name, "rescued", rescued.Length);
        WorkerTelemetry.Moved(queue.Name, "cancelled", (long)reply[5]);
        return new RescueReport(
            rescued, (string[])reply[1]!, (long)reply[2], (long)reply[3], TimeSpan.FromMilliseconds((long)reply[4]), (string[])reply[6]!, (long)reply[7] == 1);
    }
}
