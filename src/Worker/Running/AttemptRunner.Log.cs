using Microsoft.Extensions.Logging;

namespace FunctionJobs.Worker;

internal sealed partial class AttemptRunner
{
    [LoggerMessage(LogLevel.Warning, "Job {JobId} of queue {Queue} is named {JobName}, which this version of the app does not know; it goes back for a newer one for {Limit}. There may be more such jobs; this is said at most every ten seconds.")]
    private partial void LogUnknownName(string jobId, string queue, string jobName, TimeSpan limit);

    [LoggerMessage(LogLevel.Error, "Job {JobId} of queue {Queue} has used up its {MaxAttempts} attempts, {Losses} of them with its worker; it is discarded.")]
    private partial void LogUsedUp(string jobId, string queue, int maxAttempts, int losses);

    [LoggerMessage(LogLevel.Warning, "Job {JobId} ({JobName}) of queue {Queue} failed in attempt {Attempt} of {MaxAttempts}: {Kind}. It runs again in {Seconds:0.#} s.")]
    private partial void LogFailed(string jobId, string jobName, string queue, int attempt, int maxAttempts, string kind, double seconds);

    [LoggerMessage(LogLevel.Warning, "Job {JobId} ({JobName}) of queue {Queue} failed in attempt {Attempt} of {MaxAttempts}: {Kind}. It is discarded.")]
    private partial void LogDiscarded(string jobId, string jobName, string queue, int attempt, int maxAttempts, string kind);

    [LoggerMessage(LogLevel.Error, "Job {JobId} of queue {Queue} has a record that cannot be read; it is discarded.")]
    private partial void LogUnreadable(string jobId, string queue);

    [LoggerMessage(LogLevel.Warning, "Job {JobId} of queue {Queue} has ended, and what its handler used could not be disposed of: {Error}. Its outcome stands.")]
    private partial void LogNotDisposed(string jobId, string queue, string error);

    // The message and stack may hold what the job worked on, so they are not shown at Information and above.
    [LoggerMessage(LogLevel.Debug, "Job {JobId} of queue {Queue} failed.")]
    private partial void LogFailure(Exception exception, string jobId, string queue);
}
