using StackExchange.Redis;

namespace FunctionJobs.Worker;

/// <summary>Gives leased jobs back to their place, the attempt not counted.</summary>
internal static class Release
{
    private static readonly RedisScript Script = RedisScript.Load<WorkerQueue>("release");

    /// <returns>Per attempt whether it counted; false: its lease was lost.</returns>
    public static async Task<bool[]> RunAsync(WorkerQueue queue, IReadOnlyList<Finish> finishes)
    {
        var keys = queue.Keys;
        RedisValue[] values =
        [
            queue.Doorbell, keys.Bell, keys.Ended, WorkerQueue.KeepEndedMs,
            .. finishes.SelectMany(finish =>
                new RedisValue[]
                {
                    finish.Job.Id, finish.Job.Lease, finish.Job.Attempt, finish.Job.Place, ((Outcome.ReleasedOutcome)finish.Outcome).HasBegun,
                }),
        ];
        var reply = await Script.RunAsync(
            queue.Redis, [keys.JobPrefix, keys.Executing, keys.Available, keys.Trigger, keys.Stats], values);
        return Finish.Counted(reply, queue.Name, "released");
    }
}
