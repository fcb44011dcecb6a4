using Microsoft.Extensions.Logging;

namespace FunctionJobs.Emulator.Triggers;

internal sealed partial class RedisConnections
{
    [LoggerMessage(1, LogLevel.Error,
        "Redis at {Endpoints} (setting '{Setting}') does not answer; is it running? The triggers keep trying")]
    private partial void LogUnreachable(string endpoints, string setting);
}
