using System.Buffers;

namespace FunctionJobs.Samples.Api;

/// <summary>
/// A format that the resizing job reads, known by a file's first bytes. Neither the name nor the type that a client claims counts.
/// </summary>
internal sealed record ImageFormat(string Extension, string ContentType)
{
    public const int BytesNeeded = 12;

    private static readonly ImageFormat Jpeg = new(".jpg", "image/jpeg");
    private static readonly ImageFormat Png = new(".png", "image/png");
    private static readonly ImageFormat WebP = new(".webp", "image/webp");
    private static readonly ImageFormat Gif = new(".gif", "image/gif");
    private static readonly ImageFormat Tiff = new(".tif", "image/tiff");
    private static readonly ImageFormat Avif = new(".avif", "image/avif");

    /// <summary>The format, or null.</summary>
    public static ImageFormat? Recognize(ReadOnlySequence<byte> content)
    {
        Span<byte> start = stackalloc byte[BytesNeeded];
        var length = (int)Math.Min(content.Length, BytesNeeded);
        content.Slice(0, length).CopyTo(start);
        return Recognize(start[..length]);
    }

    private static ImageFormat? Recognize(ReadOnlySpan<byte> start)
    {
        if (start.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]))
        {
            return Jpeg;
        }

        if (start.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]))
        {
            return Png;
        }

        if (start.StartsWith("GIF87a"u8) || start.StartsWith("GIF89a"u8))
        {
            return Gif;
        }

        if (start.StartsWith("II*\0"u8) || start.StartsWith("MM\0*"u8))
        {
            return Tiff;
        }

        if (start.Length < BytesNeeded)
        {
            return null;
        }

        if (start.StartsWith("RIFF"u8) && start[8..].SequenceEqual("WEBP"u8))
        {
            return WebP;
        }

        // Of its kin, HEIC is not read: the libvips of NetVips.Native has no decoder for HEVC, which is patented.
        return start[4..8].SequenceEqual("ftyp"u8) && (start[8..].SequenceEqual("avif"u8) || start[8..].SequenceEqual("avis"u8)) ? Avif : null;
    }
}
