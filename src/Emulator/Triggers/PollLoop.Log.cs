using Microsoft.Extensions.Logging;

namespace FunctionJobs.Emulator.Triggers;

internal sealed partial class PollLoop
{
    [LoggerMessage(1, LogLevel.Warning,
        "The trigger of '{Function}' cannot read {Key} and keeps trying; the real host's listener would be dead from here on")]
    private partial void LogBroken(Exception error, string function, string key);

    [LoggerMessage(2, LogLevel.Information, "The trigger of '{Function}' reads again")]
    private partial void LogRecovered(string function);

    [LoggerMessage(3, LogLevel.Critical,
        "Redis refuses what the trigger of '{Function}' does to open {Key}: the real host's process would end here. Give the Redis user what docs/configuration.md lists, or take the key away if it is no stream")]
    private partial void LogRefused(Exception error, string function, string key);
}
