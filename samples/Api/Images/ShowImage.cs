using System.Text.RegularExpressions;

namespace FunctionJobs.Samples.Api;

/// <summary>
/// Serves the pictures that the job has made, so that a person can look at them. Uploads are shown to nobody: a photo says where and when
/// it was taken. A real app would have a web server or a CDN do this, for the same folder only.
/// </summary>
internal static partial class ShowImage
{
    public static void MapShowImage(this IEndpointRouteBuilder app) => app
        .MapGet("/images/resized/{name}", HandleAsync)
        .WithSummary("A post's picture, as the job has made it.")
        .Produces(StatusCodes.Status200OK, contentType: "image/webp")
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private static async Task<IResult> HandleAsync(string name, IImageStore store, HttpResponse response, CancellationToken cancellationToken)
    {
        if (!PictureName().IsMatch(name) || await store.OpenAsync($"resized/{name}", cancellationToken) is not { } picture)
        {
            return TypedResults.Problem(statusCode: StatusCodes.Status404NotFound, title: "No such picture.");
        }

        response.Headers.XContentTypeOptions = "nosniff";
        // A name is never used again: it is made from the picture's content.
        response.Headers.CacheControl = "public, max-age=31536000, immutable";
        return TypedResults.Stream(picture, "image/webp", enableRangeProcessing: true);
    }

    /// <summary>The SHA-256 of its content. No other name leads to a file, wherever the store is.</summary>
    [GeneratedRegex(@"^[0-9a-f]{64}\.webp\z")]
    private static partial Regex PictureName();
}
