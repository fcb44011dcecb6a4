namespace FunctionJobs.Worker;

/// <summary>Deletes old dead letters, doorbell entries that ring for nothing, and what workers have left that are gone.</summary>
internal static class Prune
{
    private const int AtOnce = 500;

    private static readonly RedisScript Script = RedisScript.Load<WorkerQueue>("prune");

    /// <param name="queue">The queue.</param>
    /// <param name="forgetAfterMs">After so long without a sign of life a worker, and a reader of the stream, is forgotten.</param>
    /// <returns>Whether there may be more to delete, and whether the doorbell was of the other kind and is deleted.</returns>
    public static async Task<(bool MayBeMore, bool WasOtherKind)> RunAsync(WorkerQueue queue, long forgetAfterMs = 60 * 60 * 1000)
    {
        var keys = queue.Keys;
        var reply = (long[])(await Script.RunAsync(
            queue.Redis,
            [keys.JobPrefix, keys.Discarded, keys.Available, keys.Trigger, keys.Workers, keys.Offers],
            [queue.Doorbell, queue.KeepDiscardedMs, queue.Options.KeepDiscardedAtMost, AtOnce, forgetAfterMs]))!;
        return (reply[0] == AtOnce, reply[1] == 1);
    }
}
