namespace FunctionJobs.Chaos;

/// <summary>
/// Tells from the workers' journals until when a job could have had a slot and did not get it. A job that is available again waits
/// for a slot as others do; that wait is no slow recovery, as long as nobody gets a slot before it who does not go before it.
/// </summary>
internal sealed class Slots(IReadOnlyList<Turn> turns, IReadOnlyList<Shift> shifts, int perQueue)
{
    // What a worker may take to fetch a job into a slot that has come free. A slot that stood free for longer was free.
    private static readonly long Reaction = Turn.Ticks(TimeSpan.FromSeconds(0.1));

    // A job lost twice that is fetched where another such job runs is put off for 0.2 s, and is then fetched once more.
    private static readonly long ReactionOfSuspect = Turn.Ticks(TimeSpan.FromSeconds(0.1 + 0.2 + 0.1));

    /// <summary>
    /// The last moment before the turn at which a slot that it might have had was free, or was given to a job that does not go
    /// before it; <paramref name="since"/> when there was none. When a slot was free right up to its start, that is its start.
    /// </summary>
    public long LastChance(Turn turn, long since)
    {
        var others = turns
            .Where(other => other != turn && other.Start < turn.Start && other.Over > since)
            .ToLookup(other => other.Worker);
        return shifts.SelectMany(shift => Chances(turn, since, shift, [.. others[shift.Worker]])).Append(since).Max();
    }

    private IEnumerable<long> Chances(Turn turn, long since, Shift shift, List<Turn> all)
    {
        var others = all.Where(other => other.IsStream == turn.IsStream).ToList();
        foreach (var other in others.Where(other => other.Start >= since && shift.Covers(other.Start) && !other.GoesBefore(turn)))
        {
            if (!IsBarred(other.Start))
            {
                yield return other.Start;
            }
        }

        long[] bounds = [shift.From, shift.To, shift.Frozen?.From ?? since, shift.Frozen?.To ?? since];
        var moments = all.SelectMany(other => new[] { other.Start, other.Over }).Concat(bounds)
            .Where(moment => moment > since && moment < turn.Start)
            .Append(since).Append(turn.Start)
            .Distinct().Order().ToList();
        var reaction = turn.IsSuspect ? ReactionOfSuspect : Reaction;
        long? freeFrom = null;
        for (var i = 0; i < moments.Count; i++)
        {
            var isFree = i < moments.Count - 1 && IsFree(moments[i]);
            if (!isFree && moments[i] - freeFrom > reaction)
            {
                yield return moments[i];
            }

            freeFrom = isFree ? freeFrom ?? moments[i] : null;
        }

        bool IsFree(long moment) => shift.Covers(moment) && At(moment, others).Count() < perQueue && !IsBarred(moment);

        bool IsBarred(long moment) => turn.IsSuspect && At(moment, all).Any(other => other.IsSuspect);

        static IEnumerable<Turn> At(long moment, List<Turn> turns) => turns.Where(other => other.Start <= moment && other.Over > moment);
    }
}
