using Microsoft.Extensions.Logging;

namespace FunctionJobs.Worker;

internal sealed partial class AttemptRunner
{
    [LoggerMessage(LogLevel.Warning, "Job {JobId} of queue {Queue} is named {JobName}, which this version of the app does not know; it goes back for a newer one for {Limit}.")]
    private partial void LogUnknownName(string jobId, string queue, string jobName, TimeSpan limit);

    [LoggerMessage(LogLevel.Error, "Job {JobId} of queue {Queue} has used up its {MaxAttempts} attempts, {Losses} of them with its worker; it is discarded.")]
    private partial void LogUsedUp(string jobId, string queue, int maxAttempts, int losses);

    [LoggerMessage(LogLevel.Warning, "Job {JobId} ({JobName}) failed in attempt {Attempt} of {MaxAttempts}: {Kind}.")]
    private partial void LogFailed(string jobId, string jobName, int attempt, int maxAttempts, string kind);

    // The message and stack may hold what the job worked on, so they are not shown at Information and above.
    [LoggerMessage(LogLevel.Debug, "Job {JobId} failed.")]
    private partial void LogFailure(Exception exception, string jobId);
}
