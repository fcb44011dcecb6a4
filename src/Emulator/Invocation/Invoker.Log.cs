using Microsoft.Extensions.Logging;

namespace FunctionJobs.Emulator.Invocation;

internal sealed partial class Invoker
{
    [LoggerMessage(1, LogLevel.Debug, "Executing '{Function}' ({InvocationId})")]
    private static partial void LogStarted(ILogger logger, string function, string invocationId);

    [LoggerMessage(2, LogLevel.Debug, "Executed '{Function}' ({InvocationId}) in {Milliseconds:0.0} ms")]
    private static partial void LogSucceeded(ILogger logger, string function, string invocationId, double milliseconds);

    [LoggerMessage(3, LogLevel.Error, "'{Function}' ({InvocationId}) failed after {Milliseconds:0.0} ms")]
    private static partial void LogFailed(ILogger logger, Exception failure, string function, string invocationId, double milliseconds);

    [LoggerMessage(4, LogLevel.Critical,
        "'{Function}' ({InvocationId}) ran longer than functionTimeout in host.json, {Timeout}; the host kills the worker process, with everything else that runs in it")]
    private static partial void LogTimedOut(ILogger logger, string function, string invocationId, TimeSpan timeout);
}
