using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace FunctionJobs.Worker;

/// <summary>Makes jobs of what was pushed from elsewhere: into the inbox, or where the trigger reads.</summary>
internal sealed partial class InboxAdopter(ILogger<InboxAdopter> log)
{
    private const int AtOnce = 100;
    // The caller has other things to do, also while the inbox is never empty.
    private const int Calls = 10;

    /// <summary>Adopts or rejects what the inbox holds, up to some hundreds of entries. Safe in every worker: an entry is taken by one.</summary>
    /// <returns>Whether the inbox was found empty.</returns>
    public async Task<bool> AdoptAsync(WorkerQueue queue)
    {
        for (var call = 0; call < Calls; call++)
        {
            var raw = await queue.Redis.ListRangeAsync(queue.Keys.Inbox, 0, AtOnce - 1);
            if (raw.Length == 0)
            {
                return true;
            }

            var entries = Array.ConvertAll(raw, InboxReader.Read);
            var rejected = (await Adopt.RunAsync(queue, entries)).Count(outcome => outcome == "rejected");
            if (rejected > 0)
            {
                LogRejected(rejected, queue.Name, queue.Keys.Rejected.ToString());
            }
        }

        return false;
    }

    /// <summary>Moves entries that are no ids to the inbox and adopts them.</summary>
    /// <returns>The invocations whose entry is an id, by it.</returns>
    public async Task<Dictionary<string, Invocation>> SortOutAsync(WorkerQueue queue, List<Invocation> invocations)
    {
        var ids = new Dictionary<string, Invocation>(invocations.Count, StringComparer.Ordinal);
        var foreign = new List<(Invocation Invocation, RedisValue Entry)>();
        foreach (var invocation in invocations)
        {
            var entry = DoorbellEntry.Read(invocation.Entry, queue.Kind);
            if (entry.JobId is { } id)
            {
                invocation.IsRing = entry.IsRing;
                ids.TryAdd(id, invocation);
            }
            else if (!invocation.Forwarded)
            {
                foreign.Add((invocation, entry.Foreign));
            }
        }

        if (foreign.Count > 0)
        {
            await queue.Redis.ListRightPushAsync(queue.Keys.Inbox, [.. foreign.Select(one => one.Entry)]);
            // Only now: what Redis refused must be pushed again.
            foreign.ForEach(one => one.Invocation.Forwarded = true);
            await AdoptAsync(queue);
        }

        return ids;
    }

    /// <summary>Ids that name no job: late rings for a job that has ended are silent, anything else is rejected with its reason.</summary>
    public Task TakeUnknownAsync(WorkerQueue queue, string[] unknown, Dictionary<string, Invocation> invocations) =>
        ForwardAsync(queue, [.. unknown.Where(id => !invocations[id].IsRing && !JobLimits.IsMadeHere(id)).Select(id => (RedisValue)id)]);

    private async Task ForwardAsync(WorkerQueue queue, List<RedisValue> entries)
    {
        if (entries.Count > 0)
        {
            await queue.Redis.ListRightPushAsync(queue.Keys.Inbox, [.. entries]);
            await AdoptAsync(queue);
        }
    }
}
