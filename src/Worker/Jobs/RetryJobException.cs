namespace FunctionJobs.Worker;

/// <summary>Thrown by a handler that knows when its next attempt makes sense. The attempt counts.</summary>
public sealed class RetryJobException : Exception
{
    /// <param name="delay">How long to wait, 0 to 365 days.</param>
    /// <param name="reason">Why; kept with the job's errors. No arguments or secrets.</param>
    /// <param name="innerException">What went wrong.</param>
    /// <exception cref="ArgumentOutOfRangeException">The delay is negative or longer than 365 days.</exception>
    public RetryJobException(TimeSpan delay, string reason, Exception? innerException = null)
        : base(reason, innerException)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(delay, TimeSpan.FromDays(365));
        Delay = delay;
    }

    /// <summary>How long to wait.</summary>
    public TimeSpan Delay { get; }
}
