using StackExchange.Redis;

namespace FunctionJobs.Worker;

/// <summary>Ends attempts as Completed.</summary>
internal static class Complete
{
    private static readonly RedisScript Script = RedisScript.Load<WorkerQueue>("complete");

    /// <returns>Per attempt whether it counted; false: its lease was lost.</returns>
    public static async Task<bool[]> RunAsync(WorkerQueue queue, IReadOnlyList<Finish> finishes)
    {
        var values = new RedisValue[1 + (finishes.Count * 4)];
        values[0] = queue.Keys.Ended;
        var i = 1;
        foreach (var finish in finishes)
        {
            var outcome = (Outcome.CompletedOutcome)finish.Outcome;
            values[i++] = finish.Job.Id;
            values[i++] = finish.Job.Lease;
            values[i++] = (long)outcome.KeepFor.TotalMilliseconds;
            values[i++] = outcome.Result;
        }

        var reply = await Script.RunAsync(queue.Redis, [queue.Keys.JobPrefix, queue.Keys.Executing, queue.Keys.Stats], values);
        return Finish.Counted(reply, queue.Name, "completed");
    }
}
