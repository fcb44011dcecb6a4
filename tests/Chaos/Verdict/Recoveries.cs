namespace FunctionJobs.Chaos;

/// <summary>How long the jobs of dead, frozen and stopped workers waited for their next attempt.</summary>
/// <param name="Waits">Per job that was running.</param>
/// <param name="RedisAway">Jobs not counted because Redis itself was away in that time.</param>
internal sealed record Recoveries(IReadOnlyList<Recovery> Waits, int RedisAway)
{
    // What a worker may need to find out after an outage of Redis that another is gone.
    private static readonly TimeSpan Aftermath = TimeSpan.FromSeconds(5);

    /// <summary>In seconds, without the waits for a slot.</summary>
    public double? Slowest => Waits.Count == 0 ? null : Waits.Max(wait => wait.Seconds);

    /// <summary>In seconds, from the fault to the start of the next attempt.</summary>
    public double? SlowestInAll => Waits.Count == 0 ? null : Waits.Max(wait => wait.InAll);

    public static Recoveries AfterKills(Evidence evidence) => Of(
        evidence,
        from attempt in evidence.Attempts
        let killed = attempt.Life.KilledAt ?? DeathByPoison(attempt.Life, evidence)
        where killed is not null && attempt.End is null && attempt.Start <= killed && attempt.Life.Frozen is null
        select (attempt, killed.Value));

    public static Recoveries AfterFreezes(Evidence evidence) => Of(
        evidence,
        from attempt in evidence.Attempts
        let frozen = attempt.Life.Frozen
        where frozen is not null && attempt.Start <= frozen.From && (attempt.End is null || attempt.End > frozen.To)
        select (attempt, frozen.From));

    /// <summary>From the end of a handler that a stopping worker told to stop.</summary>
    public static Recoveries AfterStops(Evidence evidence) => Of(
        evidence,
        from attempt in evidence.Attempts
        where attempt.End is not null && WasReleased(JobScript.Of(evidence.Options, attempt.Job), attempt.CancelledAt, attempt.Life.StoppedAt)
        select (attempt, attempt.Over));

    /// <summary>
    /// Whether an attempt was told to stop because its worker stops. Jobs of a priority below the usual are left out: a released job
    /// has its old place, and who goes before it is not known here. So are those that run out of time: that may be what they were told.
    /// </summary>
    public static bool WasReleased(JobScript script, long? cancelledAt, long? stoppedAt) =>
        cancelledAt > stoppedAt && script.Priority <= JobScript.UsualPriority && script.Deed is not (Deed.TimesOut or Deed.Deaf);

    private static Recoveries Of(Evidence evidence, IEnumerable<(Attempt Attempt, long Fault)> interrupted)
    {
        var nexts = evidence.Attempts.ToLookup(attempt => attempt.Job);
        var losses = LossesByAttempt(evidence.Moves);
        var turns = evidence.Attempts.ToDictionary(
            attempt => attempt,
            attempt => Turn.Of(attempt, JobScript.Of(evidence.Options, attempt.Job), losses.GetValueOrDefault((attempt.Job, attempt.Number))));
        var slots = new Slots([.. turns.Values], [.. Shift.All(evidence.Attempts)], ChaosRun.Concurrency);
        var waits = new List<Recovery>();
        var redisAway = 0;
        foreach (var (attempt, fault) in interrupted)
        {
            if (nexts[attempt.Job].FirstOrDefault(other => other != attempt && other.Start > fault) is not { } next)
            {
                // A job whose attempts are used up has no next one; any other is found among the lost.
                continue;
            }

            if (evidence.Faults.Outages.Any(outage =>
                outage.From <= next.Start && TimeProvider.System.GetElapsedTime(outage.To, fault) < Aftermath))
            {
                redisAway++;
                continue;
            }

            waits.Add(new Recovery(Seconds(fault, slots.LastChance(turns[next], fault)), Seconds(fault, next.Start)));
        }

        return new Recoveries(waits, redisAway);
    }

    private static Dictionary<(int Job, int Attempt), int> LossesByAttempt(IEnumerable<Move> moves)
    {
        var now = new Dictionary<int, int>();
        var byAttempt = new Dictionary<(int Job, int Attempt), int>();
        foreach (var move in moves)
        {
            if (move.Losses is { } losses)
            {
                now[move.Job] = losses;
            }

            if (move is { State: JobState.Executing, Attempt: { } attempt })
            {
                byAttempt[(move.Job, attempt)] = now.GetValueOrDefault(move.Job);
            }
        }

        return byAttempt;
    }

    private static double Seconds(long from, long to) => TimeProvider.System.GetElapsedTime(from, to).TotalSeconds;

    private static long? DeathByPoison(Life life, Evidence evidence) =>
        evidence.Attempts.FirstOrDefault(attempt => attempt.Life == life && attempt.Poisoned) is null ? null : life.EndedAt;
}

/// <summary>A job's wait for its next attempt, from the fault.</summary>
/// <param name="Seconds">Until the last moment at which it could have had a slot; see <see cref="Slots"/>.</param>
/// <param name="InAll">Until its next attempt started.</param>
internal readonly record struct Recovery(double Seconds, double InAll);
