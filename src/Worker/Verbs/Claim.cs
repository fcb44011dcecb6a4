using StackExchange.Redis;

namespace FunctionJobs.Worker;

/// <summary>Takes the jobs that doorbell entries name.</summary>
internal static class Claim
{
    private static readonly RedisScript Script = RedisScript.Load<WorkerQueue>("claim");

    /// <returns>The jobs, at most <paramref name="count"/>, and the ids that name no job at all.</returns>
    public static async Task<(List<LeasedJob> Jobs, string[] Unknown)> RunAsync(WorkerQueue queue, int count, IReadOnlyCollection<string> ids)
    {
        var keys = queue.Keys;
        var lease = queue.Worker.NextLease();
        RedisValue[] values =
        [
            count, lease, queue.LeaseMs, keys.Ended, WorkerQueue.KeepEndedMs,
            .. ids.Select(id => (RedisValue)id),
        ];
        var reply = (RedisResult[])(await Script.RunAsync(
            queue.Redis, [keys.JobPrefix, keys.Available, keys.Executing, keys.Stats], values))!;
        var jobs = ((RedisResult[])reply[0]!).Select(job => LeasedJob.Read(job, lease, (long)reply[3])).ToList();
        WorkerTelemetry.Moved(queue.Name, "started", jobs.Count);
        WorkerTelemetry.Moved(queue.Name, "expired", (long)reply[2]);
        return (jobs, (string[])reply[1]!);
    }
}
