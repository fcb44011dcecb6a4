using Microsoft.Extensions.Logging;

namespace FunctionJobs.Worker;

internal sealed partial class InboxAdopter
{
    [LoggerMessage(LogLevel.Warning, "{Count} entries of queue {Queue} could not be read as jobs; each is in {Key} with the reason.")]
    private partial void LogRejected(int count, string queue, string key);
}
