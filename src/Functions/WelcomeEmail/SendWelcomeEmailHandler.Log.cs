using Microsoft.Extensions.Logging;

namespace FunctionJobs.Functions;

internal sealed partial class SendWelcomeEmailHandler
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Job {JobId} sent its welcome mail.")]
    private partial void LogSent(string jobId);

    [LoggerMessage(Level = LogLevel.Information, Message = "Job {JobId} sends nothing: its user's welcome mail was sent at {SentAt:O}.")]
    private partial void LogSentBefore(string jobId, DateTimeOffset sentAt);
}
