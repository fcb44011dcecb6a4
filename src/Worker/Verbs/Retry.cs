using StackExchange.Redis;

namespace FunctionJobs.Worker;

/// <summary>Ends attempts as Retryable.</summary>
internal static class Retry
{
    private static readonly RedisScript Script = RedisScript.Load<WorkerQueue>("retry");

    /// <returns>Per attempt whether it counted; false: its lease was lost.</returns>
    public static async Task<bool[]> RunAsync(WorkerQueue queue, IReadOnlyList<Finish> finishes)
    {
        RedisValue[] values =
        [
            queue.Keys.Bell, queue.Keys.Ended, WorkerQueue.KeepEndedMs,
            .. finishes.SelectMany(finish =>
            {
                var outcome = (Outcome.RetryOutcome)finish.Outcome;
                return new RedisValue[]
                {
                    finish.Job.Id, finish.Job.Lease, finish.Job.Attempt, (long)outcome.Delay.TotalMilliseconds, outcome.Error.ToWire(),
                };
            }),
        ];
        var reply = await Script.RunAsync(
            queue.Redis, [queue.Keys.JobPrefix, queue.Keys.Executing, queue.Keys.Scheduled, queue.Keys.Stats], values);
        return Finish.Counted(reply, queue.Name, "retried");
    }
}
