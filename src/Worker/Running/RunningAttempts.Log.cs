using Microsoft.Extensions.Logging;

namespace FunctionJobs.Worker;

internal sealed partial class RunningAttempts
{
    [LoggerMessage(LogLevel.Error, "Job {JobId} of queue {Queue} could not be run.")]
    private partial void LogRunnerFailed(Exception exception, string jobId, string queue);
}
