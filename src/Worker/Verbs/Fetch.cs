using StackExchange.Redis;

namespace FunctionJobs.Worker;

/// <summary>Takes the next jobs off the queue.</summary>
internal static class Fetch
{
    private static readonly RedisScript Script = RedisScript.Load<WorkerQueue>("fetch");

    /// <param name="queue">The queue.</param>
    /// <param name="count">At most so many that start at once.</param>
    /// <param name="ahead">At most so many more that start when others end.</param>
    /// <param name="last">The offer to withdraw, if one was made.</param>
    /// <param name="next">The offer to make when nothing is there.</param>
    /// <param name="call">When to ring for the trigger, though no job is left for it.</param>
    public static async Task<Fetched> RunAsync(
        WorkerQueue queue, int count, int ahead = 0, Offer? last = null, Offer? next = null, TriggerCall call = TriggerCall.Never)
    {
        const int firstJob = 4;
        var keys = queue.Keys;
        var lease = queue.Worker.NextLease();
        RedisValue[] values = [count, ahead, lease, queue.LeaseMs, queue.Doorbell, keys.Ended, WorkerQueue.KeepEndedMs, (int)call];
        if (last is not null || next is not null)
        {
            values =
            [
                .. values, last?.Text ?? "", next?.Text ?? "", (long)(next?.ValidFor.TotalMilliseconds ?? 0), next?.CountCommand ?? "", next?.Channel ?? "",
            ];
        }

        RedisResult[] reply;
        try
        {
            reply = (RedisResult[])(await Script.RunAsync(
                queue.Redis, [keys.JobPrefix, keys.Available, keys.Trigger, keys.Executing, keys.Stats, keys.Offers], values))!;
        }
        catch (Exception e) when (queue.Unanswered.Note(lease, e))
        {
            throw;
        }

        var jobs = new List<LeasedJob>((reply.Length - firstJob) / LeasedJob.Width);
        var leaseAhead = lease + LeasedJob.AheadMark;
        for (var i = firstJob; i < reply.Length; i += LeasedJob.Width)
        {
            jobs.Add(LeasedJob.Read(reply.AsSpan(i, LeasedJob.Width), jobs.Count < count ? lease : leaseAhead, (long)reply[2]));
        }

        WorkerTelemetry.Moved(queue.Name, "started", jobs.Count);
        WorkerTelemetry.Moved(queue.Name, "expired", (long)reply[1]);
        var offered = (int)reply[3];
        return new Fetched(jobs, (long)reply[0], (offered & 1) != 0, (offered & 2) != 0);
    }
}

/// <param name="Jobs">The jobs, those that start at once first.</param>
/// <param name="Available">How many are still available.</param>
/// <param name="LastWasThere">Whether the last offer was there to be withdrawn.</param>
/// <param name="NextIsMade">Whether the next offer was made.</param>
internal readonly record struct Fetched(List<LeasedJob> Jobs, long Available, bool LastWasThere, bool NextIsMade)
{
    public void Deconstruct(out List<LeasedJob> jobs, out long available) => (jobs, available) = (Jobs, Available);
}

/// <summary>When a fetch rings for the trigger although no job is left for it. The values are those that the script knows.</summary>
internal enum TriggerCall
{
    Never = 0,

    /// <summary>When it takes the last job.</summary>
    WithTheLastJob = 1,

    /// <summary>Also when it finds none.</summary>
    Always = 2,
}
