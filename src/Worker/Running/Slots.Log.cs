using Microsoft.Extensions.Logging;

namespace FunctionJobs.Worker;

internal sealed partial class Slots
{
    [LoggerMessage(LogLevel.Error, "Job {JobId} of queue {Queue} could not be run.")]
    private partial void LogRunnerFailed(Exception exception, string jobId, string queue);

    [LoggerMessage(LogLevel.Error, "The handler of job {JobId} (queue {Queue}) ignores its cancelled token ({Reason}). Its slot is given to others; the job cannot go on before the handler returns or the process ends.")]
    private partial void LogIgnoresToken(string jobId, string queue, CancelReason reason);
}
