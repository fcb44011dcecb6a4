using System.Text.RegularExpressions;
using MailKit.Net.Smtp;

namespace FunctionJobs.Functions;

/// <summary>
/// The mail server answered that it does not take a mail. Its text is kept without addresses, which servers like to quote: an
/// error ends up in logs and dead letters, where more people see it. For that reason the library's exception is not kept.
/// </summary>
internal sealed partial class MailServerAnswerException(SmtpCommandException answer)
    : Exception($"The mail server answered {(int)answer.StatusCode} ({answer.ErrorCode}): {WithoutAddresses(answer.Message)}")
{
    private const int LongestText = 200;

    public int Code { get; } = (int)answer.StatusCode;

    private static string WithoutAddresses(string text)
    {
        var line = Address().Replace(text.ReplaceLineEndings(" "), "(address)");
        return line.Length <= LongestText ? line : line[..LongestText];
    }

    [GeneratedRegex(@"[^\s<>]+@[^\s<>:,;]+")]
    private static partial Regex Address();
}
