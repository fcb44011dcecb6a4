using Microsoft.Extensions.Logging;

namespace FunctionJobs.Worker;

internal sealed partial class Rescuer
{
    [LoggerMessage(LogLevel.Warning, "Worker {Worker} of queue {Queue} is gone: no heartbeat and no connection.")]
    private partial void LogDead(string worker, string queue);

    [LoggerMessage(LogLevel.Warning, "{Count} jobs of queue {Queue} had lost their worker and are available again: {JobIds}.")]
    private partial void LogRescued(int count, string queue, string jobIds);

    [LoggerMessage(LogLevel.Warning, "Queue {Queue} could not be looked after ({Error}: {Message}); trying again.")]
    private partial void LogFailed(string queue, string error, string message);
}
