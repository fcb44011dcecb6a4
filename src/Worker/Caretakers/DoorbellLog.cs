using Microsoft.Extensions.Logging;

namespace FunctionJobs.Worker;

/// <summary>What rescuer and pruner say alike.</summary>
internal static partial class DoorbellLog
{
    /// <summary>Says that the doorbell could not be read by its trigger and was deleted.</summary>
    public static void OtherKind(this ILogger log, WorkerQueue queue) =>
        LogOtherKind(log, queue.Keys.Trigger.ToString(), queue.Doorbell.ToString(), queue.Name);

    [LoggerMessage(LogLevel.Warning, "{Trigger} was no {Kind}, as the trigger of queue {Queue} reads it, and was made anew: some producer enqueues to that queue as another kind. No job is lost by it, but entries that were pushed there by hand are. A listener that has failed by it is back after a restart of the app.")]
    private static partial void LogOtherKind(ILogger log, string trigger, string kind, string queue);
}
