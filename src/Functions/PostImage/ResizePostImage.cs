namespace FunctionJobs.Functions;

/// <summary>Makes the picture of a post that browsers are given: a WebP of at most 1280 × 1280.</summary>
/// <param name="ImagePath">The uploaded photo's path in the image store, e.g. <c>uploads/17.jpg</c>.</param>
/// <param name="PostId">The post whose <c>image_url</c> is set.</param>
public sealed record ResizePostImage(string ImagePath, long PostId) : IJob
{
    /// <inheritdoc/>
    public static string JobName => "resize_post_image";

    /// <inheritdoc/>
    public static JobQueue Queue { get; } = JobQueue.Stream("post-image");
}
