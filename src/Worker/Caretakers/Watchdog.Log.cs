using Microsoft.Extensions.Logging;

namespace FunctionJobs.Worker;

internal sealed partial class Watchdog
{
    [LoggerMessage(LogLevel.Error, "{Available} jobs of queue {Queue} are available and no invocation has arrived for {Silence}: the trigger's listener is dead. The worker now runs the jobs without it; restart the app to get it back.")]
    private partial void LogDead(long available, string queue, TimeSpan silence);

    [LoggerMessage(LogLevel.Information, "Invocations of queue {Queue} are back; the watchdog steps aside.")]
    private partial void LogBack(string queue);
}
