namespace FunctionJobs.Worker;

/// <summary>Notes that a job that was leased ahead starts now.</summary>
internal static class Begin
{
    private static readonly RedisScript Script = RedisScript.Load<WorkerQueue>("begin");

    /// <returns>Whether the lease is still held.</returns>
    public static async Task<bool> RunAsync(WorkerQueue queue, LeasedJob job) =>
        (long)await Script.RunAsync(queue.Redis, [queue.Keys.Job(job.Id)], [job.Lease]) == 1;
}
