using System.Buffers.Binary;
using System.Security.Cryptography;
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

    [ThreadStatic]
    private static byte[]? randomBytes;

    [ThreadStatic]
    private static int nextRandom;

    /// <summary>Whether one call takes so many jobs of so many bytes together: it is one script, during which Redis serves nobody else.</summary>
    public static bool FitInOneCall(int jobs, int bytes) => jobs <= 500 && bytes <= 2 * 1024 * 1024;

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

    /// <summary>A UUID of version 7 (RFC 9562): the time in ms, then random bits, which are drawn for many ids at a time.</summary>
    public static string NewId()
    {
        const int Size = 10;
        var drawn = randomBytes ??= new byte[Size * 64];
        if (nextRandom == 0)
        {
            RandomNumberGenerator.Fill(drawn);
        }

        Span<byte> id = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(id, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() << 16);
        drawn.AsSpan(nextRandom, Size).CopyTo(id[6..]);
        id[6] = (byte)((id[6] & 0x0F) | 0x70);
        id[8] = (byte)((id[8] & 0x3F) | 0x80);
        nextRandom = (nextRandom + Size) % drawn.Length;
        return Convert.ToHexStringLower(id);
    }

    /// <summary>Whether the id has the shape of one that <see cref="NewId"/> made.</summary>
    public static bool IsMadeHere(string id) => id.Length == 32 && id.All(c => char.IsAsciiHexDigitLower(c));

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
