using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace FunctionJobs.Worker;

/// <summary>Makes jobs of what was pushed from elsewhere: into the inbox, or where the trigger reads.</summary>
internal sealed partial class InboxAdopter(ILogger<InboxAdopter> log)
{
    private const int AtOnce = 100;
    // The caller has other things to do, also while the inbox is never empty.
    private const int Calls = 10;

    /// <summary>Adopts or rejects what the inbox holds, up to 1,000 entries. Safe in every worker: an entry is taken by one.</summary>
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

            foreach (var entries in InCalls(Array.ConvertAll(raw, InboxReader.Read)))
            {
                var rejected = (await Adopt.RunAsync(queue, entries)).Count(outcome => outcome == "rejected");
                if (rejected > 0)
                {
                    LogRejected(rejected, queue.Name, queue.Keys.Rejected.ToString());
                }
            }
        }

        return false;
    }

    /// <summary>Tells the entries that are ids from those that were pushed by hand.</summary>
    /// <returns>The invocations whose entry is an id, by it, and the entries that are still to be put into the inbox.</returns>
    public static (Dictionary<string, Invocation> Ids, List<ForeignEntry> Foreign) SortOut(WorkerQueue queue, List<Invocation> invocations)
    {
        var ids = new Dictionary<string, Invocation>(invocations.Count, StringComparer.Ordinal);
        var foreign = new List<ForeignEntry>();
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
                foreign.Add(new ForeignEntry(invocation, entry.Foreign));
            }
        }

        return (ids, foreign);
    }

    /// <summary>Of ids that name no job: late rings for a job that has ended are silent, anything else is rejected with its reason.</summary>
    public static IEnumerable<ForeignEntry> Unknown(IEnumerable<string> unknown, Dictionary<string, Invocation> invocations) =>
        from id in unknown
        let invocation = invocations[id]
        where !invocation.IsRing && !invocation.Forwarded && invocation.OwnAttempt is null && !JobId.IsMadeHere(id)
        select new ForeignEntry(invocation, id);

    /// <summary>Puts entries into the inbox and adopts them.</summary>
    public async Task ForwardAsync(WorkerQueue queue, List<ForeignEntry> foreign)
    {
        if (foreign.Count > 0)
        {
            await Forward.RunAsync(queue, foreign.ConvertAll(one => one.Entry));
            // Only now: what Redis refused must be put there again.
            foreign.ForEach(one => one.Invocation.Forwarded = true);
            await AdoptAsync(queue);
        }
    }

    private static IEnumerable<List<InboxEntry>> InCalls(InboxEntry[] entries)
    {
        List<InboxEntry> call = [];
        long bytes = 0;
        foreach (var entry in entries)
        {
            var size = entry.Raw.Length() + entry.Job.Constant.Length;
            if (call.Count > 0 && !JobLimits.FitInOneCall(call.Count + 1, bytes + size))
            {
                yield return call;
                (call, bytes) = ([], 0);
            }

            call.Add(entry);
            bytes += size;
        }

        yield return call;
    }
}

/// <summary>An entry that was pushed by hand, and the invocation that came with it.</summary>
internal readonly record struct ForeignEntry(Invocation Invocation, RedisValue Entry);
