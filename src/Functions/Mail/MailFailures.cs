using System.Net.Sockets;
using FunctionJobs.Worker;
using MailKit;
using MailKit.Net.Smtp;

namespace FunctionJobs.Functions;

/// <summary>Which failures of a mail server pass, and what is said of those that do not.</summary>
internal static class MailFailures
{
    /// <summary>A 4xx answer, or a connection that failed or fell silent.</summary>
    public static bool IsTransient(Exception e) => e switch
    {
        MailServerAnswerException answer => answer.Code is >= 400 and < 500,
        MailServerUnavailableException or SmtpProtocolException or ServiceNotConnectedException => true,
        IOException or SocketException or TimeoutException => true,
        _ => false,
    };

    /// <summary>The reason for which no further attempt makes sense, or null when one does.</summary>
    public static DiscardJobException? Permanent(Exception e) => e switch
    {
        MailServerAnswerException { Code: >= 500 } => new DiscardJobException(e.Message),
        // The address or the text needs an extension, such as SMTPUTF8, that the server lacks.
        NotSupportedException => new DiscardJobException("The mail server cannot take this mail: it needs an extension that the server does not offer."),
        _ => null,
    };
}
