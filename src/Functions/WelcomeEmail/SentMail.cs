namespace FunctionJobs.Functions;

/// <summary>A mail that the mail server has accepted.</summary>
internal sealed record SentMail(string MessageId, DateTimeOffset SentAt);
