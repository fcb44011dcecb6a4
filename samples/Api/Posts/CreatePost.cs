using Microsoft.AspNetCore.Mvc;

namespace FunctionJobs.Samples.Api;

/// <summary>What the author is told.</summary>
/// <param name="Id">The post's id.</param>
/// <param name="Url">Where the post can be read.</param>
/// <param name="JobId">The id of the job that resizes it.</param>
/// <param name="Queue">Its queue.</param>
/// <param name="StatusUrl">Where its state and result can be read.</param>
internal sealed record AcceptedPost(long Id, string Url, string JobId, string Queue, string StatusUrl);

/// <summary>The fields of the form, for the OpenAPI document; <see cref="Upload"/> reads them.</summary>
internal sealed record PostForm(string Title, IFormFile Image, long? UserId);

/// <summary>Takes a post with a photo; a job makes the picture that browsers are given.</summary>
internal static class CreatePost
{
    public static void MapCreatePost(this IEndpointRouteBuilder app) => app
        .MapPost("/posts", HandleAsync)
        .WithSummary("Takes a post with a photo of at most 50 MB, which is resized in the background.")
        // Upload sets a limit to every part. At its own limit the server would cut the connection, and a client that sends everything
        // before it listens would never read why; as it is, the server hears such a client out for some seconds.
        .WithMetadata(new DisableRequestSizeLimitAttribute())
        .Accepts<PostForm>("multipart/form-data")
        .Produces<AcceptedPost>(StatusCodes.Status202Accepted)
        .ProducesValidationProblem()
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private static async Task<IResult> HandleAsync(
        HttpRequest request, IImageStore store, PostRecords posts, ILogger<Upload> logger, CancellationToken cancellationToken)
    {
        await using var upload = new Upload(store, logger);
        var post = await upload.ReadAsync(request, cancellationToken);
        var (id, resize) = await posts.AddAsync(post, upload.Keep, cancellationToken);

        var statusUrl = ShowJob.UrlOf(resize);
        return TypedResults.Accepted(statusUrl, new AcceptedPost(id, ShowPost.UrlOf(id), resize.Id, resize.Queue, statusUrl));
    }
}
