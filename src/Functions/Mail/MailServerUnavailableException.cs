namespace FunctionJobs.Functions;

/// <summary>
/// No session with the mail server came about: unreachable, no TLS, or our login was refused. It says nothing about the mail,
/// which is tried again, whatever the answer's code.
/// </summary>
internal sealed class MailServerUnavailableException(string message, Exception innerException) : Exception(message, innerException);
