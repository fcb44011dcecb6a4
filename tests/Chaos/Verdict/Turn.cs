namespace FunctionJobs.Chaos;

/// <summary>A slot's time with an attempt. Times are timestamps of the machine's clock.</summary>
/// <param name="Worker">The process.</param>
/// <param name="IsStream">Which of its two queues the slot belongs to.</param>
/// <param name="Start">When the handler started.</param>
/// <param name="Over">When the slot was free for others.</param>
/// <param name="Priority">The job's, 0 to 9; 0 goes first.</param>
/// <param name="Losses">How often the job was lost with its worker before.</param>
internal sealed record Turn(string Worker, bool IsStream, long Start, long Over, int Priority, int Losses)
{
    // By then a handler that ignores its cancelled token has lost its slot to others.
    private static readonly TimeSpan UntilSlotIsGiven = TimeSpan.FromSeconds(5);

    /// <summary>Of the jobs that may have killed their workers, each process runs one at a time, whatever their queues.</summary>
    public bool IsSuspect => Losses > 1;

    /// <summary>Whether the queue has it before the other, both being available: a lost job is at the front of its priority.</summary>
    public bool GoesBefore(Turn other) => Priority < other.Priority || (Priority == other.Priority && Losses > 0);

    public static Turn Of(Attempt attempt, JobScript job, int losses)
    {
        var over = attempt.CancelledAt is { } at ? Math.Min(attempt.Over, at + Ticks(UntilSlotIsGiven)) : attempt.Over;
        return new(attempt.Life.Name, job.IsStream, attempt.Start, over, job.Priority, losses);
    }

    public static long Ticks(TimeSpan time) => (long)(time.TotalSeconds * TimeProvider.System.TimestampFrequency);
}

/// <summary>When a worker took jobs: from its first attempt until it was told or made to end, but for the time in which it was frozen.</summary>
internal sealed record Shift(string Worker, long From, long To, Outage? Frozen = null)
{
    public bool Covers(long moment) =>
        moment >= From && moment < To && (Frozen is null || moment < Frozen.From || moment >= Frozen.To);

    public static IEnumerable<Shift> All(IEnumerable<Attempt> attempts) =>
        from attempt in attempts
        group attempt by attempt.Life into life
        let ends = new[] { life.Key.KilledAt, life.Key.StoppedAt, life.Key.EndedAt }
        select new Shift(life.Key.Name, life.Min(attempt => attempt.Start), ends.Min() ?? long.MaxValue, life.Key.Frozen);
}
