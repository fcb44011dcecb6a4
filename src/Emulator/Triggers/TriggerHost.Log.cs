using Microsoft.Extensions.Logging;

namespace FunctionJobs.Emulator.Triggers;

internal sealed partial class TriggerHost
{
    [LoggerMessage(1, LogLevel.Warning,
        "HostOptions.ShutdownTimeout is {Timeout}; the real host kills a worker about 5 s after it told it to stop")]
    private partial void LogLongShutdown(TimeSpan timeout);

    [LoggerMessage(2, LogLevel.Warning, "The triggers did not stop cleanly")]
    private partial void LogNotClosed(Exception error);

    [LoggerMessage(3, LogLevel.Critical, "A trigger ended by an error that the emulator did not expect")]
    private partial void LogLoopEnded(Exception error);

    [LoggerMessage(4, LogLevel.Critical,
        "The app had not ended {Limit} after its process was told to; the host kills the worker process")]
    private partial void LogKilled(TimeSpan limit);
}
