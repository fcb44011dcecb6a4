using Microsoft.Extensions.Logging;

namespace FunctionJobs.Functions;

internal sealed partial class SendWelcomeEmailHandler
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Welcome mail {MessageId} sent.")]
    private partial void LogSent(string messageId);

    [LoggerMessage(Level = LogLevel.Information, Message = "Welcome mail {MessageId} was sent at {SentAt:O}; nothing sent now.")]
    private partial void LogSentBefore(string messageId, DateTimeOffset sentAt);
}
