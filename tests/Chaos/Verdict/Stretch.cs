namespace FunctionJobs.Chaos;

/// <summary>From the start of an attempt to its end, and what was done to it meanwhile. Times are timestamps of the machine's clock.</summary>
/// <param name="Job">The job's number.</param>
/// <param name="Start">When its handler started.</param>
/// <param name="Over">When its handler or its process ended.</param>
/// <param name="CancelledAt">When its token was cancelled, or null.</param>
/// <param name="Frozen">When its process was frozen and woken, or null.</param>
internal sealed record Stretch(int Job, long Start, long Over, long? CancelledAt = null, Outage? Frozen = null)
{
    public static Stretch Of(Attempt attempt) => new(attempt.Job, attempt.Start, attempt.Over, attempt.CancelledAt, attempt.Life.Frozen);
}
