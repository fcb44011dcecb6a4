using Microsoft.Extensions.Logging;

namespace FunctionJobs.Worker;

internal sealed partial class Renewer
{
    [LoggerMessage(LogLevel.Warning, "The lease of job {JobId} (queue {Queue}) is lost; its attempt here is cancelled and will not count.")]
    private partial void LogLost(string jobId, string queue);

    [LoggerMessage(LogLevel.Warning, "The lease of job {JobId} (queue {Queue}) could not be renewed for {Lease}; its attempt here is cancelled and will not count.")]
    private partial void LogOutlived(string jobId, string queue, TimeSpan lease);

    [LoggerMessage(LogLevel.Warning, "The leases of {Count} jobs of queue {Queue} could not be renewed ({Error}); trying again.")]
    private partial void LogFailed(int count, string queue, string error);
}
