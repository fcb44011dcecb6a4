using StackExchange.Redis;

namespace FunctionJobs.Worker;

/// <summary>Gives a leased job back for a later moment, the attempt not counted.</summary>
internal static class Postpone
{
    private static readonly RedisScript Script = RedisScript.Load<WorkerQueue>("postpone");

    /// <returns>Whether the job was postponed or, past its limit, discarded, or cancelled as somebody had asked; false: its lease was lost.</returns>
    public static async Task<bool> RunAsync(WorkerQueue queue, Finish finish)
    {
        var keys = queue.Keys;
        var outcome = (Outcome.PostponeOutcome)finish.Outcome;
        var reply = (string)(await Script.RunAsync(
            queue.Redis,
            [keys.JobPrefix, keys.Executing, keys.Scheduled, keys.Discarded, keys.Stats],
            [
                keys.Ended, queue.KeepDiscardedMs,
                outcome.Limit is { } limit ? (long)limit.TotalMilliseconds : RedisValue.EmptyString,
                (long)outcome.Delay.TotalMilliseconds, outcome.ErrorPastLimit?.ToWire() ?? RedisValue.EmptyString,
                finish.Job.Id, finish.Job.Lease, finish.Job.Attempt, WorkerQueue.KeepEndedMs, keys.Bell, outcome.HasBegun,
            ]))!;
        WorkerTelemetry.Moved(queue.Name, reply, 1);
        return reply != "lost";
    }
}
