using System.Globalization;
using FunctionJobs.Worker;

namespace FunctionJobs.Functions;

/// <summary>What is asked of an upload before a byte of it is decoded.</summary>
internal static class ImageLimits
{
    public const long MaxBytes = 50 * 1024 * 1024;
    public const long MaxPixels = 100_000_000;

    /// <summary>Of a picture that is in memory as a whole while it is decoded.</summary>
    public const long MaxMemory = 400_000_000;

    private const int LongestPath = 1024;

    /// <summary>Lets only paths through that name something inside the store.</summary>
    /// <exception cref="DiscardJobException">The path is empty, too long, absolute, or could lead out.</exception>
    public static void CheckPath(string? path)
    {
        if (string.IsNullOrWhiteSpace(path))
        {
            throw new DiscardJobException("ImagePath is empty.");
        }

        if (path.Length > LongestPath)
        {
            throw new DiscardJobException($"ImagePath is longer than {LongestPath} characters.");
        }

        if (path[0] == '/' || path.Contains('\\') || path.Contains(':') || path.Any(char.IsControl))
        {
            throw new DiscardJobException("ImagePath leaves the image store: it must be relative, with '/' between folders.");
        }

        if (path.Split('/').Any(part => part is "" or "." or ".."))
        {
            throw new DiscardJobException("ImagePath leaves the image store: no part of it may be empty, '.' or '..'.");
        }
    }

    /// <exception cref="DiscardJobException">The file is empty or too large.</exception>
    public static void CheckSize(long bytes)
    {
        if (bytes == 0)
        {
            throw new DiscardJobException("The file is empty.");
        }

        if (bytes > MaxBytes)
        {
            throw new DiscardJobException(string.Create(
                CultureInfo.InvariantCulture, $"The file has {bytes / 1048576.0:0.0} MB; the limit is {MaxBytes / 1048576} MB."));
        }
    }

    /// <exception cref="DiscardJobException">The picture has too many pixels.</exception>
    public static void CheckPixels(int width, int height)
    {
        if ((long)width * height > MaxPixels)
        {
            throw new DiscardJobException(
                $"The picture has {width} × {height} pixels; the limit is {MaxPixels / 1_000_000} megapixels.");
        }
    }

    /// <exception cref="DiscardJobException">Decoding would take too much memory.</exception>
    public static void CheckMemory(long bytes)
    {
        if (bytes > MaxMemory)
        {
            throw new DiscardJobException(
                $"The picture, which its format lets nobody read in parts, takes {bytes / 1_000_000} MB while it is decoded; the limit is {MaxMemory / 1_000_000} MB.");
        }
    }

    public static DiscardJobException NoSuchFile() => new("There is no such file in the image store.");
}
