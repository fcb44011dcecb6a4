using Microsoft.Extensions.Logging;

namespace FunctionJobs.Worker;

internal sealed partial class Rescuer
{
    [LoggerMessage(LogLevel.Warning, "Worker {Worker} of queue {Queue} is gone: no heartbeat and no connection.")]
    private partial void LogDead(string worker, string queue);

    [LoggerMessage(LogLevel.Warning, "{Count} jobs of queue {Queue} had lost their worker and are available again.")]
    private partial void LogRescued(int count, string queue);

    [LoggerMessage(LogLevel.Warning, "{Trigger} was no {Kind}, as the trigger of queue {Queue} reads it, and was made anew, without loss: some producer enqueues to that queue as another kind. A listener that has failed by it is back after a restart of the app.")]
    private partial void LogOtherKind(string trigger, string kind, string queue);

    [LoggerMessage(LogLevel.Warning, "Queue {Queue} could not be looked after ({Error}: {Message}); trying again.")]
    private partial void LogFailed(string queue, string error, string message);
}
