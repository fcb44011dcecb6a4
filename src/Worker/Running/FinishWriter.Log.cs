using Microsoft.Extensions.Logging;

namespace FunctionJobs.Worker;

internal sealed partial class FinishWriter
{
    [LoggerMessage(LogLevel.Warning, "Attempt {Attempt} of job {JobId} (queue {Queue}) had lost its lease; its outcome does not count.")]
    private partial void LogLost(string jobId, string queue, int attempt);

    [LoggerMessage(LogLevel.Warning, "Redis does not take the ends of {Count} attempts of queue {Queue} ({Kind}); they are tried again: {Error}: {Message}")]
    private partial void LogRefused(int count, string queue, string kind, string error, string message);

    [LoggerMessage(LogLevel.Warning, "The ends of {Count} attempts of queue {Queue} could not be written before their leases ran out ({Error}); the jobs run again.")]
    private partial void LogGivenUp(int count, string queue, string error);
}
