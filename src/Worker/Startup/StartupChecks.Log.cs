using Microsoft.Extensions.Logging;

namespace FunctionJobs.Worker;

internal sealed partial class StartupChecks
{
    [LoggerMessage(LogLevel.Error, "Redis evicts keys when its memory is full (maxmemory-policy {Policy}), and jobs would be lost. Set maxmemory-policy to noeviction.")]
    private partial void LogEviction(string policy);

    [LoggerMessage(LogLevel.Error, "Redis keeps no append-only file, so a restart of Redis would lose jobs. Set appendonly to yes.")]
    private partial void LogNotPersistent();

    [LoggerMessage(LogLevel.Warning, "{Unknown}")]
    private partial void LogUnknownSetting(string unknown);

    [LoggerMessage(LogLevel.Information, "Redis does not tell its version and settings ({Reason}); make sure of version 6.2, noeviction and appendonly yourself.")]
    private partial void LogNoInfo(string reason);
}
