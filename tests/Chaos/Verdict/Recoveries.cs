namespace FunctionJobs.Chaos;

/// <summary>How long the jobs of dead, frozen and stopped workers waited for their next attempt.</summary>
/// <param name="Seconds">From the fault to the start of the next attempt, per job that was running.</param>
/// <param name="RedisAway">Jobs not counted because Redis itself was away in that time.</param>
/// <param name="LessUrgent">Jobs not counted because their priority is below the usual: others rightly go before them.</param>
internal sealed record Recoveries(IReadOnlyList<double> Seconds, int RedisAway, int LessUrgent)
{
    // What a worker may need to find out after an outage of Redis that another is gone.
    private static readonly TimeSpan Aftermath = TimeSpan.FromSeconds(5);

    public double? Slowest => Seconds.Count == 0 ? null : Seconds.Max();

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
        where attempt is { Life.StoppedAt: not null, End: not null } && attempt.CancelledAt > attempt.Life.StoppedAt
        select (attempt, attempt.Over));

    private static Recoveries Of(Evidence evidence, IEnumerable<(Attempt Attempt, long Fault)> interrupted)
    {
        var nexts = evidence.Attempts.ToLookup(attempt => attempt.Job);
        var seconds = new List<double>();
        var (redisAway, lessUrgent) = (0, 0);
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

            if (JobScript.Of(evidence.Options, attempt.Job).Priority > JobScript.UsualPriority)
            {
                lessUrgent++;
                continue;
            }

            seconds.Add(TimeProvider.System.GetElapsedTime(fault, next.Start).TotalSeconds);
        }

        return new Recoveries(seconds, redisAway, lessUrgent);
    }

    private static long? DeathByPoison(Life life, Evidence evidence) =>
        evidence.Attempts.FirstOrDefault(attempt => attempt.Life == life && attempt.Poisoned) is null ? null : life.EndedAt;
}
