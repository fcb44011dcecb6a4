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

    [LoggerMessage(LogLevel.Warning, "The pump of queue {Queue} could not reach Redis and tries again: {Error}: {Message}")]
    private partial void LogRedisError(string queue, string error, string message);
}
