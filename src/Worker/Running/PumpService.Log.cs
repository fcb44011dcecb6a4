using Microsoft.Extensions.Logging;

namespace FunctionJobs.Worker;

internal sealed partial class PumpService
{
    [LoggerMessage(LogLevel.Information, "Shutting down: {Running} running jobs get {Grace} to finish, then they are released.")]
    private partial void LogStopping(int running, TimeSpan grace);
}
