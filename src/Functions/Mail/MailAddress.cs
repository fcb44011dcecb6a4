using System.Diagnostics.CodeAnalysis;
using System.Text;
using MimeKit;

namespace FunctionJobs.Functions;

/// <summary>Turns what a user typed into an address for a header.</summary>
internal static class MailAddress
{
    private const int LongestAddress = 254;
    private const int LongestName = 100;

    /// <summary>Reads one plain address, <c>somebody@example.com</c>: no list, no comment, no name, nothing that could start another header.</summary>
    public static bool TryRead(string? email, string name, [NotNullWhen(true)] out MailboxAddress? address)
    {
        address = null;
        if (string.IsNullOrEmpty(email) || email.Length > LongestAddress || email.Any(c => char.IsControl(c) || char.IsWhiteSpace(c)))
        {
            return false;
        }

        var at = email.LastIndexOf('@');
        if (at < 1 || at == email.Length - 1 || email.Contains('<') || email.Contains('"'))
        {
            return false;
        }

        // A domain that is encoded for the wire (xn--…), as browsers hand it over, is read as what it stands for.
        if (!MailboxAddress.TryParse(email, out var parsed)
            || (parsed.Address != email && !string.Equals(MailboxAddress.EncodeAddrspec(parsed.Address), email, StringComparison.OrdinalIgnoreCase)))
        {
            return false;
        }

        address = new MailboxAddress(Line(name), email);
        return true;
    }

    /// <summary>One line of at most 100 characters: everything that breaks lines or is invisible control becomes a blank.</summary>
    public static string Line(string? text)
    {
        var line = new StringBuilder();
        foreach (var rune in (text ?? "").EnumerateRunes())
        {
            if (line.Length + rune.Utf16SequenceLength > LongestName)
            {
                break;
            }

            if (Rune.IsControl(rune) || Rune.IsWhiteSpace(rune))
            {
                if (line.Length > 0 && line[^1] != ' ')
                {
                    line.Append(' ');
                }
            }
            else
            {
                line.Append(rune);
            }
        }

        return line.ToString().TrimEnd();
    }
}
