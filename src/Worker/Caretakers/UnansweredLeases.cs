using StackExchange.Redis;

namespace FunctionJobs.Worker;

/// <summary>
/// Leases that Redis may have given without our hearing of it: the answer to a fetch or a claim was lost, as when Redis stood still for longer
/// than the client waits, and then went on; or an offer is gone, and the message that brings its job has not come. Nobody starts such jobs, and
/// nobody renews their leases: they are given back, with no attempt used up.
/// </summary>
internal sealed class UnansweredLeases
{
    private const int AtOnce = 500;

    // A message that is under way comes within moments.
    private static readonly TimeSpan UnderWay = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly List<Lease> leases = [];
    private readonly HashSet<string> expected = new(StringComparer.Ordinal);
    private long lastLook;

    /// <summary>How many tokens are kept in mind.</summary>
    public int Count
    {
        get
        {
            lock (gate)
            {
                return leases.Count;
            }
        }
    }

    /// <summary>Keeps the token in mind, unless Redis has refused the call or never got it.</summary>
    /// <returns>False: as an exception filter it lets the exception pass.</returns>
    public bool Note(string token, Exception failure)
    {
        if (failure is not RedisServerException && !RedisCalls.WasNeverSent(failure))
        {
            lock (gate)
            {
                leases.Add(new Lease(token, NotBefore: 0));
            }
        }

        return false;
    }

    /// <summary>An offer is made: a job may come for it.</summary>
    public void Expect(string token)
    {
        lock (gate)
        {
            expected.Add(token);
        }
    }

    /// <summary>A job has come by a message.</summary>
    /// <returns>
    /// False when it must not start: it came so late that it is being given back, or came before. In a cluster a message may come by two nodes.
    /// </returns>
    public bool TryHear(string token)
    {
        lock (gate)
        {
            return expected.Remove(token)
                || (leases.Find(lease => lease.Token == token) is { IsLookedFor: false } late && leases.Remove(late));
        }
    }

    /// <summary>An offer is over. Keeps its token in mind when it was not there to be taken back and no job has come for it.</summary>
    public void Settle(string token, bool wasThere)
    {
        lock (gate)
        {
            if (expected.Remove(token) && !wasThere)
            {
                leases.Add(new Lease(token, TimeProvider.System.GetTimestamp() + (long)(UnderWay.TotalSeconds * TimeProvider.System.TimestampFrequency)));
            }
        }
    }

    /// <summary>
    /// Gives back what has one of these leases. Redis may come to the call later than to this one, if it came by another connection; so a token is
    /// kept in mind for as long as a lease lasts, from the first time on that Redis answers again.
    /// </summary>
    public async Task GiveBackAsync(WorkerQueue queue)
    {
        var all = TakeDue(queue.Options.RenewEvery);
        if (all.Count == 0)
        {
            return;
        }

        var tokens = all.SelectMany(lease => new[] { lease.Token, lease.Token + LeasedJob.AheadMark }).ToHashSet(StringComparer.Ordinal);
        foreach (var ids in (await queue.Redis.SortedSetRangeByRankAsync(queue.Keys.Executing)).Chunk(AtOnce))
        {
            var records = await Task.WhenAll(ids.Select(id => ReadAsync(queue, id!)));
            var lost = ids.Zip(records).Where(job => tokens.Contains(job.Second[0].ToString())).Select(job => Released(job.First!, job.Second)).ToList();
            if (lost.Count > 0)
            {
                await Release.RunAsync(queue, lost);
            }
        }

        lock (gate)
        {
            lastLook = TimeProvider.System.GetTimestamp();
            foreach (var lease in all)
            {
                lease.LookedForSince ??= lastLook;
            }

            leases.RemoveAll(lease => lease.LookedForSince is { } since && TimeProvider.System.GetElapsedTime(since) > queue.Options.Lease);
        }
    }

    /// <summary>Those to look for now. What all workers run is read for it: after the first look that had an answer it is seldom worth that.</summary>
    private List<Lease> TakeDue(TimeSpan again)
    {
        lock (gate)
        {
            var now = TimeProvider.System.GetTimestamp();
            var due = leases.FindAll(lease => lease.NotBefore <= now);
            if (due.TrueForAll(lease => lease.LookedForSince is not null) && TimeProvider.System.GetElapsedTime(lastLook, now) < again)
            {
                return [];
            }

            due.ForEach(lease => lease.IsLookedFor = true);
            return due;
        }
    }

    private static async Task<RedisValue[]> ReadAsync(WorkerQueue queue, string id)
    {
        try
        {
            return await queue.Redis.HashGetAsync(queue.Keys.Job(id), ["lease", "attempt", "priority"]);
        }
        catch (RedisServerException)
        {
            // Somebody has made it something else.
            return [RedisValue.Null, RedisValue.Null, RedisValue.Null];
        }
    }

    private static Finish Released(string id, RedisValue[] record)
    {
        // To the front of its priority, as place.lua has it: its place is not known, and it had its turn.
        var priority = record[2].TryParse(out int said) ? Math.Clamp(said, 0, 9) : EnqueueOptions.DefaultPriority;
        var place = (priority - EnqueueOptions.DefaultPriority) * (1L << 48);
        var attempt = record[1].TryParse(out int number) ? number : 1;
        return new Finish(new LeasedJob(id, record[0]!, place, default, attempt, Losses: 0, LeasedAt: 0), Outcome.Released());
    }

    /// <param name="Token">The token.</param>
    /// <param name="NotBefore">From which timestamp on it is looked for.</param>
    private sealed record Lease(string Token, long NotBefore)
    {
        public bool IsLookedFor { get; set; }

        /// <summary>When the first look at it had an answer, as a timestamp.</summary>
        public long? LookedForSince { get; set; }
    }
}
