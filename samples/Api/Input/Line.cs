using System.Globalization;
using System.Text;

namespace FunctionJobs.Samples.Api;

/// <summary>One line of text that people typed.</summary>
internal static class Line
{
    /// <summary>What is wrong with it, or null.</summary>
    public static string? Problem(string? text, int longest)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return $"1 to {longest} characters are needed.";
        }

        if (text.Length > longest)
        {
            return $"At most {longest} characters are allowed; these are {text.Length}.";
        }

        return text.EnumerateRunes().All(IsPrintable) ? null : "Control characters and line breaks are not allowed.";
    }

    // A lone half of a surrogate pair is enumerated as the replacement character; neither belongs into a name.
    private static bool IsPrintable(Rune rune) =>
        rune != Rune.ReplacementChar
        && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
