
namespace FunctionJobs.Worker;

/// <summary>Ends an attempt as Cancelled, by the worker that holds it.</summary>
internal static class CancelLeased
{
    private static readonly RedisScript Script = RedisScript.Load<JobInfo>("cancel");

    /// <returns>Whether it counted; false: its lease was lost.</returns>
    public static async Task<bool> RunAsync(WorkerQueue queue, Finish finish)
    {
        var keys = queue.Keys;
        var keepMs = ((Outcome.CancelledOutcome)finish.Outcome).KeepFor is { } keep ? (long)keep.TotalMilliseconds : WorkerQueue.KeepEndedMs;
        var reply = await Script.RunAsync(
            queue.Redis,
            [keys.JobPrefix, keys.Available, keys.Scheduled, keys.Executing, keys.Stats],
            [finish.Job.Id, keys.Bell, keys.Ended, keepMs, finish.Job.Lease]);
        var counted = (string?)reply == "cancelled";
        WorkerTelemetry.Moved(queue.Name, counted ? "cancelled" : "lost", 1);
        return counted;
    }
}
