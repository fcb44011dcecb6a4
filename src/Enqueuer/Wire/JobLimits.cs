using System.Text.RegularExpressions;

namespace FunctionJobs;

/// <summary>What a job may hold. One place for producers and for what arrives through the inbox.</summary>
internal static partial class JobLimits
{
    public const int MaxNameLength = 128;
    public const int MaxIdLength = 128;
    public const int MaxArgsBytes = 512 * 1024;
    public const int MinPriority = 0;
    public const int MaxPriority = 9;
    public const int MaxAttempts = 1000;

    public static readonly TimeSpan MaxTimeout = TimeSpan.FromHours(24);
    public static readonly TimeSpan MaxKeep = TimeSpan.FromDays(365);
    public static readonly TimeSpan MaxDelay = TimeSpan.FromDays(3650);

    /// <summary>Whether one call takes so many jobs of so many bytes together: it is one script, during which Redis serves nobody else.</summary>
    public static bool FitInOneCall(int jobs, long bytes) => jobs <= 500 && bytes <= 2 * 1024 * 1024;

    /// <summary>The reason why this is no job name, or null when it is one.</summary>
    public static string? WrongName(string? name) =>
        name is not null && NameShape().IsMatch(name)
            ? null
            : $"A job name is 1 to {MaxNameLength} characters: letters, digits, '.', '_', '-' and ':'; got {Shown(name)}.";

    /// <summary>The reason why this is no job id, or null when it is one.</summary>
    public static string? WrongId(string? id) =>
        id is { Length: > 0 and <= MaxIdLength } && id.All(c => c is > ' ' and < (char)127) && id[0] is not ('{' or '[' or '"')
            ? null
            : $"A job id is 1 to {MaxIdLength} printable ASCII characters without blanks that does not start with '{{', '[' or '\"'; got {Shown(id)}.";

    private static string Shown(string? text) => text switch
    {
        null => "null",
        { Length: 0 } => "an empty one",
        { Length: > 140 } => $"one of {text.Length} characters",
        _ => $"'{text}'",
    };

    [GeneratedRegex(@"^[A-Za-z0-9._:-]{1,128}\z")]
    private static partial Regex NameShape();
}
