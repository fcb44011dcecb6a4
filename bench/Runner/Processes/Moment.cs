namespace FunctionJobs.Bench;

/// <summary>How far the workers were at a time.</summary>
/// <param name="Time">In microseconds since 1970.</param>
/// <param name="Jobs">How many jobs had run.</param>
internal sealed record Moment(long Time, int Jobs)
{
    /// <summary>Jobs per second from this moment to a later one.</summary>
    /// <exception cref="BenchException">There is no time between them.</exception>
    public double RateTo(Moment later) => later.Time > Time
        ? (later.Jobs - Jobs) / ((later.Time - Time) / 1e6)
        : throw new BenchException($"{later.Jobs:N0} jobs were too few to be timed");
}
