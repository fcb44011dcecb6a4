namespace FunctionJobs.Worker;

/// <summary>The wait before the next attempt: it doubles, up to a limit, and a part of it is drawn at random.</summary>
internal static class Backoff
{
    /// <param name="options">Base, limit and jitter.</param>
    /// <param name="attempt">The attempt that failed, from 1.</param>
    /// <param name="random">0 (inclusive) to 1 (exclusive).</param>
    public static TimeSpan After(JobTypeOptions options, int attempt, double random)
    {
        var doubled = options.BackoffBase.TotalMilliseconds * Math.Pow(2, Math.Min(attempt - 1, 60));
        var full = Math.Min(doubled, options.BackoffMax.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(full * (1 - (options.BackoffJitter * random)));
    }
}
