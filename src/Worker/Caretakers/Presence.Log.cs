using Microsoft.Extensions.Logging;

namespace FunctionJobs.Worker;

internal sealed partial class Presence
{
    [LoggerMessage(LogLevel.Debug, "The heartbeat for queue {Queue} could not be written ({Error}).")]
    private partial void LogFailed(string queue, string error);

    [LoggerMessage(LogLevel.Debug, "A worker's channel could not be moved from a replica to the primary ({Error}).")]
    private partial void LogNotMoved(string error);
}
