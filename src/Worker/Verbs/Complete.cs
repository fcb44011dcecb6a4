using StackExchange.Redis;

namespace FunctionJobs.Worker;

/// <summary>Ends attempts as Completed.</summary>
internal static class Complete
{
    private static readonly RedisScript Script = RedisScript.Load<WorkerQueue>("complete");

    /// <returns>Per attempt whether it counted; false: its lease was lost.</returns>
    public static async Task<bool[]> RunAsync(WorkerQueue queue, IReadOnlyList<Finish> finishes)
    {
        var reply = await Script.RunAsync(queue.Redis, [queue.Keys.JobPrefix, queue.Keys.Executing, queue.Keys.Stats], [queue.Keys.Ended, .. InRuns(finishes)]);
        return Finish.Counted(reply, queue.Name, "completed");
    }

    /// <summary>Attempts of one fetch share their token, and most have no result: what those that follow each other have in common is sent once.</summary>
    private static List<RedisValue> InRuns(IReadOnlyList<Finish> finishes)
    {
        var values = new List<RedisValue>(finishes.Count + 8);
        var (lease, keepFor, isOver, count) = ("", TimeSpan.Zero, true, 0);
        foreach (var (job, outcome) in finishes)
        {
            var (result, keep) = (Outcome.CompletedOutcome)outcome;
            var hasResult = !result.IsNullOrEmpty;
            if (isOver || hasResult || job.Lease != lease || keep != keepFor)
            {
                (lease, keepFor, isOver, count) = (job.Lease, keep, hasResult, 0);
                values.AddRange([lease, (long)keep.TotalMilliseconds, result, count]);
            }

            values.Add(job.Id);
            values[^(++count + 1)] = count;
        }

        return values;
    }
}
