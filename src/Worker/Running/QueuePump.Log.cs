using Microsoft.Extensions.Logging;

namespace FunctionJobs.Worker;

internal sealed partial class QueuePump
{
    [LoggerMessage(LogLevel.Debug, "The pump of queue {Queue} starts.")]
    private partial void LogStarted(string queue);

    [LoggerMessage(LogLevel.Debug, "The pump of queue {Queue} stopped after {Elapsed}.")]
    private partial void LogStopped(string queue, TimeSpan elapsed);

    [LoggerMessage(LogLevel.Debug, "The pump of queue {Queue} has nothing to do.")]
    private partial void LogIdle(string queue);

    [LoggerMessage(LogLevel.Warning, "The pump of queue {Queue} was stopped by an error and tries again: {Error}: {Message}")]
    private partial void LogTurnFailed(string queue, string error, string message);

    [LoggerMessage(LogLevel.Warning, "The pump of queue {Queue} could not put entries that were pushed by hand into the inbox: {Error}: {Message}")]
    private partial void LogEntriesNotSaved(string queue, string error, string message);

    [LoggerMessage(LogLevel.Debug, "The pump of queue {Queue} could not withdraw its offer, which ends by itself: {Error}: {Message}")]
    private partial void LogOfferLeft(string queue, string error, string message);
}
