using StackExchange.Redis;

namespace FunctionJobs.Worker;

/// <summary>Takes the jobs that doorbell entries name.</summary>
internal static class Claim
{
    private static readonly RedisScript Script = RedisScript.Load<WorkerQueue>("claim");

    /// <param name="queue">The queue.</param>
    /// <param name="next">Only those that are among so many next ones, so that none runs out of its turn; null for all.</param>
    /// <param name="ids">The jobs.</param>
    /// <returns>The jobs, and the ids that name no job at all.</returns>
    public static async Task<(List<LeasedJob> Jobs, string[] Unknown)> RunAsync(WorkerQueue queue, int? next, IReadOnlyCollection<string> ids)
    {
        var keys = queue.Keys;
        var lease = queue.Worker.NextLease();
        RedisValue[] values =
        [
            next ?? RedisValue.EmptyString, lease, queue.LeaseMs, keys.Ended, WorkerQueue.KeepEndedMs,
            .. ids.Select(id => (RedisValue)id),
        ];
        RedisResult[] reply;
        try
        {
            reply = (RedisResult[])(await Script.RunAsync(queue.Redis, [keys.JobPrefix, keys.Available, keys.Executing, keys.Stats], values))!;
        }
        catch (Exception e) when (queue.Unanswered.Note(lease, e))
        {
            throw;
        }

        var jobs = ((RedisResult[])reply[0]!).Chunk(LeasedJob.Width).Select(job => LeasedJob.Read(job, lease, (long)reply[3])).ToList();
        WorkerTelemetry.Moved(queue.Name, "started", jobs.Count);
        WorkerTelemetry.Moved(queue.Name, "expired", (long)reply[2]);
        return (jobs, (string[])reply[1]!);
    }
}
