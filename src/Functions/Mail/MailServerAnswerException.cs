using System.Text.RegularExpressions;
using MailKit.Net.Smtp;
using MimeKit;

namespace FunctionJobs.Functions;

/// <summary>
/// The mail server answered that it does not take a mail. Its text is kept without what servers like to quote of the mail: an
/// error ends up in logs and dead letters, where more people see it. For that reason the library's exception is not kept.
/// </summary>
internal sealed partial class MailServerAnswerException(SmtpCommandException answer, MimeMessage mail)
    : Exception($"The mail server answered {(int)answer.StatusCode} ({answer.ErrorCode}): {Without(mail, answer.Message)}")
{
    private const int LongestText = 200;

    public int Code { get; } = (int)answer.StatusCode;

    /// <summary>Hides addresses, and each word of the recipient's address and name and of the Message-ID, wherever it stands.</summary>
    private static string Without(MimeMessage mail, string text)
    {
        var words = mail.To.Mailboxes
            .SelectMany(to => new[] { to.Address, to.GetAddress(idnEncode: true), to.Name ?? "" })
            .Append((mail.MessageId ?? "").Split('@')[0])
            .SelectMany(told => Word().Matches(told))
            .Select(word => word.Value)
            .ToHashSet(StringComparer.OrdinalIgnoreCase);

        var line = Address().Replace(text.ReplaceLineEndings(" "), "(address)");
        line = Word().Replace(line, word => words.Contains(word.Value) ? "(hidden)" : word.Value, -1, EnhancedCode().Match(line).Length);
        return line.Length <= LongestText ? line : line[..LongestText];
    }

    /// <summary>An address, or text that is encoded for a header.</summary>
    [GeneratedRegex(@"[^\s<>]+@[^\s<>:,;]+|=\?\S+\?=")]
    private static partial Regex Address();

    [GeneratedRegex(@"[\p{L}\p{M}\p{N}]+")]
    private static partial Regex Word();

    /// <summary>What RFC 3463 has a reply begin with. Its numbers are no words.</summary>
    [GeneratedRegex(@"^[245]\.[0-9]{1,3}\.[0-9]{1,3}(?!\S)")]
    private static partial Regex EnhancedCode();
}
