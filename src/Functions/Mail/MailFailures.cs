using System.Net.Sockets;
using FunctionJobs.Worker;
using MailKit;
using MailKit.Net.Smtp;

namespace FunctionJobs.Functions;

/// <summary>Which failures of a mail server pass, and what is said of those that do not.</summary>
internal static class MailFailures
{
    private const int LongestAnswer = 200;

    /// <summary>A 4xx answer, or a connection that failed or fell silent.</summary>
    public static bool IsTransient(Exception e) => e switch
    {
        SmtpCommandException answer => (int)answer.StatusCode is >= 400 and < 500,
        MailServerUnavailableException or SmtpProtocolException or ServiceNotConnectedException => true,
        IOException or SocketException or TimeoutException => true,
        _ => false,
    };

    /// <summary>The reason for which no further attempt makes sense, or null when one does.</summary>
    public static DiscardJobException? Permanent(Exception e, string recipient) => e switch
    {
        SmtpCommandException answer when (int)answer.StatusCode >= 500 => new(
            $"The mail server refused the mail for good ({(int)answer.StatusCode}, {answer.ErrorCode}): {Without(recipient, answer.Message)}"),
        // The address or the text needs an extension, such as SMTPUTF8, that the server lacks.
        NotSupportedException => new("The mail server cannot take this mail: it needs an extension that the server does not offer."),
        _ => null,
    };

    /// <summary>Servers quote the address back, and a reason is kept where more people see it.</summary>
    private static string Without(string recipient, string answer)
    {
        var text = answer.ReplaceLineEndings(" ").Replace(recipient, "(recipient)", StringComparison.OrdinalIgnoreCase);
        return text.Length <= LongestAnswer ? text : text[..LongestAnswer];
    }
}
