using StackExchange.Redis;

namespace FunctionJobs.Worker;

/// <summary>Ends attempts as Discarded.</summary>
internal static class Discard
{
    private static readonly RedisScript Script = RedisScript.Load<WorkerQueue>("discard");

    /// <returns>Per attempt whether it counted; false: its lease was lost.</returns>
    public static async Task<bool[]> RunAsync(WorkerQueue queue, IReadOnlyList<Finish> finishes)
    {
        RedisValue[] values =
        [
            queue.Keys.Ended, queue.KeepDiscardedMs,
            .. finishes.SelectMany(finish =>
            {
                var outcome = (Outcome.DiscardOutcome)finish.Outcome;
                return new RedisValue[] { finish.Job.Id, finish.Job.Lease, outcome.Attempt ?? finish.Job.Attempt, outcome.Error.ToWire() };
            }),
        ];
        var reply = await Script.RunAsync(
            queue.Redis, [queue.Keys.JobPrefix, queue.Keys.Executing, queue.Keys.Discarded, queue.Keys.Stats], values);
        return Finish.Counted(reply, queue.Name, "discarded");
    }
}
