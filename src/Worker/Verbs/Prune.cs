namespace FunctionJobs.Worker;

/// <summary>Deletes old dead letters, doorbell entries that ring for nothing, and what workers have left that are gone.</summary>
internal static class Prune
{
    private const int AtOnce = 500;
    private const long ForgetWorkersAfterMs = 60 * 60 * 1000;

    private static readonly RedisScript Script = RedisScript.Load<WorkerQueue>("prune");

    /// <returns>Whether there may be more to delete.</returns>
    public static async Task<bool> RunAsync(WorkerQueue queue)
    {
        var keys = queue.Keys;
        var deleted = await Script.RunAsync(
            queue.Redis,
            [keys.JobPrefix, keys.Discarded, keys.Available, keys.Trigger, keys.Workers, keys.Offers],
            [queue.Doorbell, queue.KeepDiscardedMs, queue.Options.KeepDiscardedAtMost, AtOnce, ForgetWorkersAfterMs]);
        return (long)deleted == AtOnce;
    }
}
