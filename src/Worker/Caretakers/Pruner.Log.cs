using Microsoft.Extensions.Logging;

namespace FunctionJobs.Worker;

internal sealed partial class Pruner
{
    [LoggerMessage(LogLevel.Warning, "Queue {Queue} could not be pruned ({Error}: {Message}); trying again.")]
    private partial void LogFailed(string queue, string error, string message);
}
