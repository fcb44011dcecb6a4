using StackExchange.Redis;

namespace FunctionJobs.Worker;

/// <summary>Makes jobs of inbox entries, or rejects them.</summary>
internal static class Adopt
{
    private const int KeepRejected = 1000;
    private const string Gone = "gone";

    private static readonly RedisScript Script = RedisScript.Load<WorkerQueue>("adopt");

    /// <returns>Per entry: <c>adopted</c>, <c>duplicate</c>, <c>rejected</c>, or <c>gone</c>.</returns>
    public static async Task<string[]> RunAsync(WorkerQueue queue, IReadOnlyList<InboxEntry> entries)
    {
        const int width = 2 + JobEntry.Width;
        var keys = queue.Keys;
        var values = new RedisValue[2 + (entries.Count * width)];
        values[0] = queue.Doorbell;
        values[1] = KeepRejected;
        for (var i = 0; i < entries.Count; i++)
        {
            var slot = values.AsSpan(2 + (i * width), width);
            slot.Fill(RedisValue.EmptyString);
            slot[0] = entries[i].Raw;
            if (entries[i].Rejection is { } rejection)
            {
                slot[1] = rejection;
            }
            else
            {
                entries[i].Job.CopyTo(slot[2..]);
            }
        }

        var outcomes = (string[])(await Script.RunAsync(queue.Redis, [keys.Prefix, keys.Stats, keys.Inbox, keys.Rejected], values))!;
        foreach (var outcome in outcomes.CountBy(outcome => outcome).Where(outcome => outcome.Key != Gone))
        {
            WorkerTelemetry.Moved(queue.Name, outcome.Key, outcome.Value);
        }

        return outcomes;
    }
}
