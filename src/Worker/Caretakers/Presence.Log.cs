using Microsoft.Extensions.Logging;

namespace FunctionJobs.Worker;

internal sealed partial class Presence
{
    [LoggerMessage(LogLevel.Debug, "The heartbeat for queue {Queue} could not be written ({Error}).")]
    private partial void LogFailed(string queue, string error);

    [LoggerMessage(LogLevel.Warning, "Redis says that this worker does not listen on its channel of queue {Queue}, as after a failover; it subscribes anew.")]
    private partial void LogUnheard(string queue);
}
