namespace FunctionJobs.Samples.Api;

/// <summary>Shows a post, with its picture as soon as there is one.</summary>
internal static class ShowPost
{
    public static string UrlOf(long id) => $"/posts/{id}";

    public static void MapShowPost(this IEndpointRouteBuilder app) => app
        .MapGet("/posts/{id:long}", HandleAsync)
        .WithSummary("A post; imageUrl is null until its photo has been resized.")
        .Produces<Post>()
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private static async Task<IResult> HandleAsync(long id, PostRecords posts, CancellationToken cancellationToken) =>
        await posts.FindAsync(id, cancellationToken) is { } post
            ? TypedResults.Ok(post)
            : TypedResults.Problem(statusCode: StatusCodes.Status404NotFound, title: "No such post.");
}
