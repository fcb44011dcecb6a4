namespace FunctionJobs.Worker;

/// <summary>Shows that this worker is alive.</summary>
internal static class Heartbeat
{
    private static readonly RedisScript Script = RedisScript.Load<WorkerQueue>("heartbeat");

    public static Task RunAsync(WorkerQueue queue) =>
        Script.RunAsync(queue.Redis, [queue.Keys.Workers], [queue.Worker.Name]);

    /// <summary>Takes this worker off the list, at a clean stop.</summary>
    public static Task LeaveAsync(WorkerQueue queue) => queue.Redis.SortedSetRemoveAsync(queue.Keys.Workers, queue.Worker.Name);
}
