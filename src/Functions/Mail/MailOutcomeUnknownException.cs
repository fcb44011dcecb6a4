namespace FunctionJobs.Functions;

/// <summary>
/// The mail server got a mail and was not heard of again: it may have accepted it. The attempt fails, and the next one sends again, with
/// the same Message-ID; another try at once would only make more copies.
/// </summary>
internal sealed class MailOutcomeUnknownException(Exception innerException)
    : Exception("The mail server got the mail and gave no answer, so that it may or may not have accepted it.", innerException);
