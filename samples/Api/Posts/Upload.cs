using System.Globalization;
using System.IO.Pipelines;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace FunctionJobs.Samples.Api;

/// <summary>
/// A post as it comes in, in parts and in any order. The image goes straight into the store: it is never in memory as a whole, nor
/// in a second file.
/// </summary>
internal sealed partial class Upload(IImageStore store, ILogger<Upload> logger) : IAsyncDisposable
{
    private const int LongestField = 4096;

    private string? title;
    private string? userId;
    private bool kept;

    public string? ImagePath { get; private set; }

    /// <exception cref="InvalidUploadException">A field is missing, twice there, or not what it must be.</exception>
    /// <exception cref="ImageTooLargeException">The image is larger than allowed.</exception>
    public async Task<NewPost> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > UploadLimits.MaxRequestBytes)
        {
            throw new ImageTooLargeException();
        }

        var reader = new MultipartReader(Boundary(request), request.Body) { BodyLengthLimit = UploadLimits.MaxBytes };
        try
        {
            while (await reader.ReadNextSectionAsync(cancellationToken) is { } part)
            {
                await ReadPartAsync(part, cancellationToken);
            }
        }
        // What the reader says of a body that is cut off or no multipart at all. The server's own exceptions pass.
        catch (Exception e) when (e is InvalidDataException || (e is IOException and not BadHttpRequestException))
        {
            throw new InvalidUploadException("body", "The body is cut off, or not multipart/form-data.", e);
        }

        if (Line.Problem(title, UploadLimits.LongestTitle) is { } problem)
        {
            throw new InvalidUploadException("title", problem);
        }

        return new NewPost(title!.Trim(), UserId(), ImagePath ?? throw new InvalidUploadException("image", "A file is needed in the field 'image'."));
    }

    /// <summary>The image has a post, or may have one.</summary>
    public void Keep() => kept = true;

    /// <summary>An upload that became no post leaves nothing behind, unless the store is away. The caller is told why it became none.</summary>
    public async ValueTask DisposeAsync()
    {
        if (ImagePath is null || kept)
        {
            return;
        }

        try
        {
            await store.DeleteAsync(ImagePath, CancellationToken.None);
        }
        catch (ImageStoreException e)
        {
            LogNotDeleted(e, ImagePath);
        }
    }

    private static string Boundary(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
        && HeaderUtilities.RemoveQuotes(type.Boundary).Value is { Length: > 0 and <= 70 } boundary
            ? boundary
            : throw new InvalidUploadException("body", "The content type must be multipart/form-data, with a boundary.");

    private async Task ReadPartAsync(MultipartSection part, CancellationToken cancellationToken)
    {
        var field = ContentDispositionHeaderValue.TryParse(part.ContentDisposition, out var disposition)
            ? HeaderUtilities.RemoveQuotes(disposition.Name).Value
            : null;
        switch (field)
        {
            case "title" when title is null:
                title = await TextAsync(part, field, cancellationToken);
                break;
            case "userId" when userId is null:
                userId = await TextAsync(part, field, cancellationToken);
                break;
            case "image" when ImagePath is null:
                ImagePath = await StoreAsync(part, cancellationToken);
                break;
            default:
                throw new InvalidUploadException(field ?? "body", "The fields are title, image and userId, each once.");
        }
    }

    private async Task<string> StoreAsync(MultipartSection part, CancellationToken cancellationToken)
    {
        var pipe = PipeReader.Create(part.Body);
        try
        {
            var start = await pipe.ReadAtLeastAsync(ImageFormat.BytesNeeded, cancellationToken);
            var format = ImageFormat.Recognize(start.Buffer)
                ?? throw new InvalidUploadException("image", "This is no image of a format that is read here: JPEG, PNG, WebP, GIF, TIFF, AVIF.");
            pipe.AdvanceTo(start.Buffer.Start);
            return await store.AddAsync(pipe.AsStream(), format, cancellationToken);
        }
        // Within a part, its length is the only thing of which the reader says this.
        catch (InvalidDataException e)
        {
            throw new ImageTooLargeException(e);
        }
        finally
        {
            await pipe.CompleteAsync();
        }
    }

    private static async Task<string> TextAsync(MultipartSection part, string field, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(part.Body);
        var text = new char[LongestField];
        var length = await reader.ReadBlockAsync(text, cancellationToken);
        return length < LongestField
            ? new string(text, 0, length)
            : throw new InvalidUploadException(field, $"At most {LongestField} characters are read here.");
    }

    private long? UserId() => userId switch
    {
        null or "" => null,
        _ when long.TryParse(userId, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id > 0 => id,
        _ => throw new InvalidUploadException("userId", "The id of a user is a whole number from 1."),
    };
}

/// <summary>A post that is complete but for its id.</summary>
internal sealed record NewPost(string Title, long? UserId, string ImagePath);
