using Microsoft.Extensions.Logging;

namespace FunctionJobs.Worker;

internal sealed partial class Stager
{
    [LoggerMessage(LogLevel.Warning, "Due jobs of queue {Queue} could not be staged ({Error}: {Message}); trying again.")]
    private partial void LogFailed(string queue, string error, string message);
}
