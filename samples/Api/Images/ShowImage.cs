namespace FunctionJobs.Samples.Api;

/// <summary>Serves the image store, so that a person can look at it. A real app would have a web server or a CDN do this.</summary>
internal static class ShowImage
{
    public static void MapShowImage(this IEndpointRouteBuilder app) => app
        .MapGet("/images/{**path}", HandleAsync)
        .WithSummary("An image: an upload, or what the job made of it.")
        .Produces(StatusCodes.Status200OK, contentType: "image/webp")
        .ProducesProblem(StatusCodes.Status404NotFound);

    private static async Task<IResult> HandleAsync(string path, IImageStore store, HttpResponse response, CancellationToken cancellationToken)
    {
        if (ImageFormat.OfName(path) is not { } format || await store.OpenAsync(path, cancellationToken) is not { } image)
        {
            return TypedResults.Problem(statusCode: StatusCodes.Status404NotFound, title: "No such image.");
        }

        response.Headers.XContentTypeOptions = "nosniff";
        // Names are never used again: an upload's is random, a picture's is made from its content.
        response.Headers.CacheControl = "public, max-age=31536000, immutable";
        return TypedResults.Stream(image, format.ContentType, enableRangeProcessing: true);
    }
}
