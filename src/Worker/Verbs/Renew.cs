using StackExchange.Redis;

namespace FunctionJobs.Worker;

/// <summary>Renews this worker's leases.</summary>
internal static class Renew
{
    private static readonly RedisScript Script = RedisScript.Load<WorkerQueue>("renew");

    /// <returns>The jobs whose lease is lost, and those that somebody asked to cancel.</returns>
    public static async Task<(string[] Lost, string[] Cancelled)> RunAsync(WorkerQueue queue, IReadOnlyCollection<LeasedJob> jobs)
    {
        var values = new RedisValue[1 + (jobs.Count * 2)];
        values[0] = queue.LeaseMs;
        var i = 1;
        foreach (var job in jobs)
        {
            values[i++] = job.Id;
            values[i++] = job.Lease;
        }

        var reply = (RedisResult[])(await Script.RunAsync(queue.Redis, [queue.Keys.JobPrefix, queue.Keys.Executing], values))!;
        return ((string[])reply[0]!, (string[])reply[1]!);
    }
}
