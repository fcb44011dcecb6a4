using Microsoft.Extensions.Logging;

namespace FunctionJobs.Worker;

internal sealed partial class PumpService
{
    [LoggerMessage(LogLevel.Information, "Shutting down: {Running} running jobs get {Grace} to finish, then they are released.")]
    private partial void LogStopping(int running, TimeSpan grace);

    [LoggerMessage(LogLevel.Warning, "Whether job {JobId} (queue {Queue}) is to be cancelled could not be read ({Error}); the next renewal of its lease will tell.")]
    private partial void LogCancelNotRead(string jobId, string queue, string error);
}
