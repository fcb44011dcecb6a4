using System.Buffers.Binary;
using System.Security.Cryptography;

namespace FunctionJobs;

/// <summary>The ids of jobs that got none from their enqueue.</summary>
internal static class JobId
{
    [ThreadStatic]
    private static byte[]? randomBytes;

    [ThreadStatic]
    private static int nextRandom;

    /// <summary>A UUID of version 7 (RFC 9562): the time in ms, then random bits, which are drawn for many ids at a time.</summary>
    public static string New()
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

    /// <summary>Whether the id has the shape of one that <see cref="New"/> made.</summary>
    public static bool IsMadeHere(string id) => id.Length == 32 && id.All(c => char.IsAsciiHexDigitLower(c));
}
