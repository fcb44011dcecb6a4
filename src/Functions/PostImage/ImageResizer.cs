using FunctionJobs.Worker;
using Microsoft.Extensions.Options;
using NetVips;

namespace FunctionJobs.Functions;

/// <summary>
/// Turns a photo into a WebP of at most 1280 × 1280: upright, in sRGB, without metadata, never enlarged. libvips streams: a photo is
/// shrunk while it is read, and as a rule never in memory as a whole.
/// </summary>
internal sealed class ImageResizer : IDisposable
{
    private const int LongestSide = 1280;
    private const int Quality = 80;

    /// <summary>The formats that are read. Whatever else libvips knows (SVG, PDF, raw memory …) stays shut, also when a file claims otherwise.</summary>
    private static readonly string[] Loaders =
        ["VipsForeignLoadJpeg", "VipsForeignLoadPng", "VipsForeignLoadWebp", "VipsForeignLoadNsgif", "VipsForeignLoadTiff", "VipsForeignLoadHeif"];

    /// <summary>What libvips has to say of a photo comes with its exception; standard error is not the place.</summary>
    private static readonly Log.LogDelegate Silence = (_, _, _) => { };

    private const string NoFormat = "The file is no image of a format that is read here: JPEG, PNG, WebP, GIF, TIFF, AVIF.";

    private readonly SemaphoreSlim free;

    /// <summary>Some pictures are in memory as a whole while they are decoded: a progressive photo of 24 megapixels takes 150 MB. One at a time.</summary>
    private readonly SemaphoreSlim freeForWhole = new(1);

    static ImageResizer()
    {
        // Every photo is another one: nothing to keep. One thread each, since several photos are decoded at a time.
        Cache.Max = 0;
        NetVips.NetVips.Concurrency = 1;
        Log.SetLogHandler("VIPS", Enums.LogLevelFlags.Warning, Silence);
        Operation.Block("VipsForeignLoad", true);
        foreach (var loader in Loaders)
        {
            Operation.Block(loader, false);
        }
    }

    public ImageResizer(IOptions<ImageOptions> options) => free = new SemaphoreSlim(options.Value.DecodesAtOnce);

    /// <exception cref="DiscardJobException">Not an image of a known format, damaged, cut off, or too many pixels.</exception>
    public async Task<Picture> ResizeAsync(string file, CancellationToken cancellationToken)
    {
        var isWhole = await Task.Run(() => CheckHeader(file), cancellationToken);
        if (!isWhole)
        {
            return await DecodeAsync(file, cancellationToken);
        }

        await freeForWhole.WaitAsync(cancellationToken);
        try
        {
            return await DecodeAsync(file, cancellationToken);
        }
        finally
        {
            freeForWhole.Release();
        }
    }

    public void Dispose()
    {
        free.Dispose();
        freeForWhole.Dispose();
    }

    private async Task<Picture> DecodeAsync(string file, CancellationToken cancellationToken)
    {
        await free.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(() => Resize(file, cancellationToken), cancellationToken);
        }
        finally
        {
            free.Release();
        }
    }

    private static Picture Resize(string file, CancellationToken cancellationToken)
    {
        using var span = Telemetry.Source.StartActivity("resize image");
        try
        {
            using var image = Image.Thumbnail(
                file,
                LongestSide,
                height: LongestSide,
                size: Enums.Size.Down,
                outputProfile: "srgb",
                failOn: Enums.FailOn.Error);
            using var stop = cancellationToken.Register(() => image.SetKill(true));
            var webp = image.WebpsaveBuffer(q: Quality, keep: Enums.ForeignKeep.None);
            return new Picture(webp, image.Width, image.Height);
        }
        catch (VipsException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (Exception e) when (Telemetry.Failed(span, e))
        {
            throw;
        }
        catch (VipsException e)
        {
            throw Refused(file, $"The picture is damaged or cut off: {Reason(e)}", e);
        }
    }

    /// <summary>Reads what the file says about itself, and decodes nothing.</summary>
    /// <returns>Whether decoding needs the whole picture in memory.</returns>
    private static bool CheckHeader(string file)
    {
        if (Image.FindLoad(file) is null)
        {
            throw Refused(file, NoFormat);
        }

        try
        {
            using var header = Image.NewFromFile(file, access: Enums.Access.Sequential);
            ImageLimits.CheckPixels(header.Width, header.Height);
            if (header.Contains("heif-compression") && (string)header.Get("heif-compression") != "av1")
            {
                throw new DiscardJobException(NoFormat);
            }

            var perPixel = WholeBytesPerPixel(header);
            ImageLimits.CheckMemory((long)header.Width * header.Height * perPixel);
            return perPixel > 0;
        }
        catch (VipsException e)
        {
            throw Refused(file, $"The file's header does not read as an image: {Reason(e)}", e);
        }
    }

    /// <summary>libvips says the same of a file that is no picture and of one that cannot be read, as when a share has gone away since it was opened.</summary>
    /// <exception cref="IOException">It cannot be read: the attempt fails, and the next one may find it.</exception>
    private static DiscardJobException Refused(string file, string reason, Exception? inner = null)
    {
        try
        {
            using var handle = File.OpenHandle(file);
            RandomAccess.Read(handle, new byte[1], Math.Max(0, RandomAccess.GetLength(handle) - 1));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"The photo cannot be read any more ({e.GetType().Name}).", e);
        }

        return new DiscardJobException(reason, inner);
    }

    /// <summary>What a decoder that holds the whole picture takes for each pixel; 0 where it is read in parts.</summary>
    private static int WholeBytesPerPixel(Image header)
    {
        var isInterlaced = header.Contains("interlaced");
        var pixel = header.Bands * BytesPerSample(header.Format);
        return ((string)header.Get("vips-loader")).Split("load")[0] switch
        {
            // libjpeg keeps each coefficient of a progressive photo, with two bytes.
            "jpeg" => isInterlaced ? 2 * header.Bands : 0,
            "png" => isInterlaced ? pixel : 0,
            // The animation's canvas and a frame.
            "gif" => 8,
            "webp" => 4,
            // AVIF; and TIFF, which may be a single strip.
            _ => pixel,
        };
    }

    private static int BytesPerSample(Enums.BandFormat format) => format switch
    {
        Enums.BandFormat.Uchar or Enums.BandFormat.Char => 1,
        Enums.BandFormat.Ushort or Enums.BandFormat.Short => 2,
        Enums.BandFormat.Uint or Enums.BandFormat.Int or Enums.BandFormat.Float => 4,
        Enums.BandFormat.Dpcomplex => 16,
        _ => 8,
    };

    /// <summary>The library's last word, without the store's folders.</summary>
    private static string Reason(VipsException e) =>
        e.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault(line => !line.Contains('/'), "unreadable");
}
