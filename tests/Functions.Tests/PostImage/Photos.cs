using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using NetVips;

namespace FunctionJobs.Tests.PostImage;

/// <summary>Makes the photos that the tests upload.</summary>
internal static class Photos
{
    public static readonly int[] Red = [220, 30, 30];
    public static readonly int[] Green = [30, 200, 30];
    public static readonly int[] Blue = [30, 30, 220];
    public static readonly int[] Yellow = [220, 220, 30];

    /// <summary>Four quarters: red and green above, blue and yellow below.</summary>
    public static Image Quarters(int width, int height)
    {
        using var top = Plain(width / 2, height / 2, Red).Join(Plain(width / 2, height / 2, Green), Enums.Direction.Horizontal);
        using var bottom = Plain(width / 2, height / 2, Blue).Join(Plain(width / 2, height / 2, Yellow), Enums.Direction.Horizontal);
        return top.Join(bottom, Enums.Direction.Vertical).Copy(interpretation: Enums.Interpretation.Srgb);
    }

    /// <summary>With an EXIF orientation, and a camera's name and a place as metadata.</summary>
    public static Image WithExif(this Image image, int orientation) => image.Mutate(exif =>
    {
        exif.Set(GValue.GIntType, "orientation", orientation);
        exif.Set(GValue.GStrType, "exif-ifd0-Model", "SecretCamera (SecretCamera, ASCII, 13 components, 13 bytes)");
        exif.Set(GValue.GStrType, "exif-ifd3-GPSLatitude", "48/1 51/1 30/1 (48, 51, 30, Rational, 3 components, 24 bytes)");
    });

    public static Image Animated(int width, int height, int frames)
    {
        var pages = new List<Image> { Plain(width, height, Red) };
        pages.AddRange(Enumerable.Range(1, frames - 1).Select(_ => Plain(width, height, Blue)));
        return Image.Arrayjoin([.. pages], across: 1).Copy(interpretation: Enums.Interpretation.Srgb)
            .Mutate(animation => animation.Set(GValue.GIntType, "page-height", height));
    }

    /// <summary>A PNG of a few bytes that claims to have any number of pixels.</summary>
    public static byte[] PngThatClaims(int width, int height)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = 8;
        header[9] = 2;
        using var png = new MemoryStream();
        png.Write([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]);
        Chunk(png, "IHDR", header);
        Chunk(png, "IDAT", [0x78, 0x9C, 0x03, 0x00, 0x00, 0x00, 0x00, 0x01]);
        Chunk(png, "IEND", []);
        return png.ToArray();
    }

    /// <summary>A TIFF of a few bytes that claims four bands of 32 bits, each a single strip of its own, which libvips reads as a whole.</summary>
    public static byte[] TiffThatClaims(int width, int height)
    {
        const int Short = 3, Long = 4, Bands = 4;
        (int Tag, int Type, int[] Values)[] entries =
        [
            (256, Long, [width]),
            (257, Long, [height]),
            (258, Short, [32, 32, 32, 32]),
            // Deflate, RGB.
            (259, Short, [8]),
            (262, Short, [2]),
            // Strips, which nobody gets to read: where, how many rows, how many bytes.
            (273, Long, [8, 8, 8, 8]),
            (277, Short, [Bands]),
            (278, Long, [height]),
            (279, Long, [8, 8, 8, 8]),
            // One plane per band; the fourth is alpha; floating point.
            (284, Short, [2]),
            (338, Short, [2]),
            (339, Short, [3, 3, 3, 3]),
        ];
        using var tiff = new MemoryStream();
        using var writer = new BinaryWriter(tiff);
        using var behind = new MemoryStream();
        using var values = new BinaryWriter(behind);
        writer.Write("II*\0"u8);
        writer.Write(8);
        writer.Write((short)entries.Length);
        var valuesAt = 8 + 2 + (entries.Length * 12) + 4;
        foreach (var (tag, type, of) in entries)
        {
            writer.Write((short)tag);
            writer.Write((short)type);
            writer.Write(of.Length);
            if (of.Length == 1)
            {
                writer.Write(of[0]);
                continue;
            }

            writer.Write(valuesAt + (int)behind.Length);
            foreach (var value in of)
            {
                if (type == Short)
                {
                    values.Write((short)value);
                }
                else
                {
                    values.Write(value);
                }
            }
        }

        writer.Write(0);
        return [.. tiff.ToArray(), .. behind.ToArray()];
    }

    /// <summary>The colour at a place given in hundredths of width and height.</summary>
    public static int[] ColourAt(this Image image, int x, int y) =>
        [.. image.Getpoint(image.Width * x / 100, image.Height * y / 100).Take(3).Select(value => (int)value)];

    public static void AssertNear(int[] expected, int[] actual, int tolerance = 20)
    {
        for (var i = 0; i < 3; i++)
        {
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance, $"Expected about ({string.Join(", ", expected)}), was ({string.Join(", ", actual)}).");
        }
    }

    private static Image Plain(int width, int height, int[] colour) =>
        (Image.Black(width, height, bands: 3) + Array.ConvertAll(colour, value => (double)value)).Cast(Enums.BandFormat.Uchar);

    private static void Chunk(MemoryStream png, string type, byte[] data)
    {
        var name = Encoding.ASCII.GetBytes(type);
        var number = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        png.Write(number);
        png.Write(name);
        png.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.HashToUInt32([.. name, .. data]));
        png.Write(number);
    }

    /// <summary>64 × 48, white, made by libheif's heif-enc with x265.</summary>
    public static byte[] Heic() => Convert.FromBase64String(
        "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAa1tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAAA5waXRtAAAAAAACAAAA"
        + "EGlkYXQAAAAAAEAAMAAAADhpbG9jAQAAAERAAAIAAQAAAAAAAAHRAAEAAAAAAAAAFAACAAEAAAAAAAAAAQAAAAAAAAAIAAAAOGlpbmYAAAAAAAIAAAAVaW5m"
        + "ZQIAAAEAAQAAaHZjMQAAAAAVaW5mZQIAAAAAAgAAZ3JpZAAAAADYaXBycAAAALZpcGNvAAAAdmh2Y0MBA3AAAAAAAAAAAAAe8AD8/fj4AAAPAyAAAQAYQAEM"
        + "Af//A3AAAAMAkAAAAwAAAwAeugJAIQABACpCAQEDcAAAAwCQAAADAAADAB6gIIEFlurkprm4EBAwIAAAAwAgAAADACEiAAEABkQBwXPAiQAAABRpc3BlAAAA"
        + "AAAAAEAAAABAAAAAFGlzcGUAAAAAAAAAQAAAADAAAAAQcGl4aQAAAAADCAgIAAAAGmlwbWEAAAAAAAAAAgABAoECAAICA4QAAAAaaXJlZgAAAAAAAAAOZGlt"
        + "ZwACAAEAAQAAABxtZGF0AAAAECgBrxmA7iRKXafoqRABhzA=");
}
