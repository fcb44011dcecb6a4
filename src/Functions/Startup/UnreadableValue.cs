using System.Text.RegularExpressions;

namespace FunctionJobs.Functions;

/// <summary>The binder's message about a value that is no number, time or word of the kind that the setting wants, in our words.</summary>
internal static partial class UnreadableValue
{
    /// <summary>Names the setting, its value unless that may be a secret, and what to write; the message as it is where it reads otherwise.</summary>
    public static string Describe(string message)
    {
        var said = BinderMessage().Match(message);
        if (!said.Success || ToWrite(said.Groups["type"].Value) is not { } toWrite)
        {
            return message;
        }

        var setting = said.Groups["path"].Value.Replace(":", "__", StringComparison.Ordinal);
        var what = SecretName().IsMatch(setting) ? "cannot be read" : $"is '{said.Groups["value"].Value}', which cannot be read";
        return $"{setting} {what}. Write {toWrite}";
    }

    private static string? ToWrite(string type) => type switch
    {
        "System.TimeSpan" => "hh:mm:ss, e.g. 00:00:05",
        "System.Int32" => "a whole number",
        "System.Double" => "a number",
        "System.Boolean" => "true or false",
        _ when type == typeof(MailSecurity).FullName => OneOf(Enum.GetNames<MailSecurity>()),
        _ => null,
    };

    private static string OneOf(string[] words) => $"{string.Join(", ", words[..^1])} or {words[^1]}";

    [GeneratedRegex("^Failed to convert configuration value '(?<value>.*)' at '(?<path>[^']+)' to type '(?<type>[^']+)'", RegexOptions.Singleline)]
    private static partial Regex BinderMessage();

    [GeneratedRegex("password|connection|secret|key", RegexOptions.IgnoreCase)]
    private static partial Regex SecretName();
}
