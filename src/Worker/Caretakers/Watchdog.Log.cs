using Microsoft.Extensions.Logging;

namespace FunctionJobs.Worker;

internal sealed partial class Watchdog
{
    [LoggerMessage(LogLevel.Error, "{Available} jobs of queue {Queue} are available and no invocation has arrived for {Seconds:0.#} s: the trigger's listener is dead, or no function has a trigger on {Trigger}. The worker now runs the jobs without it; restart the app to get a dead listener back.")]
    private partial void LogDead(long available, string queue, double seconds, string trigger);

    [LoggerMessage(LogLevel.Information, "Invocations of queue {Queue} are back; the watchdog steps aside.")]
    private partial void LogBack(string queue);
}
