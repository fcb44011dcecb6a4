using System.Security.Cryptography;
using FunctionJobs.Worker;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Polly.Registry;

namespace FunctionJobs.Functions;

/// <summary>
/// Resizes a post's photo. Every step can be repeated: the same photo makes the same picture, under a name made from its content.
/// </summary>
internal sealed partial class ResizePostImageHandler(
    IImageStore store,
    ImageResizer resizer,
    PostImages posts,
    ResiliencePipelineProvider<string> pipelines,
    IOptions<ImageOptions> options,
    ILogger<ResizePostImageHandler> logger) : IJobHandler<ResizePostImage, ResizedImage>
{
    /// <summary>Longer than the client waits for a commit, 30 s.</summary>
    private static readonly TimeSpan UntilCommitted = TimeSpan.FromSeconds(40);

    public async Task<ResizedImage> HandleAsync(ResizePostImage job, JobContext context)
    {
        var cancellationToken = context.CancellationToken;
        ImageLimits.CheckPath(job.ImagePath);
        if (!await posts.PostExistsAsync(job.PostId, cancellationToken))
        {
            // The transaction that adds it may still be at its commit.
            throw context.Attempt == 1
                ? context.RetryAfter(UntilCommitted, "The job's post is not there yet.")
                : context.Discard("The job's post does not exist.");
        }

        var storage = pipelines.GetPipeline(Resilience.ImageStore);
        Picture picture;
        using (var photo = await storage.ExecuteAsync(async token => await store.OpenAsync(job.ImagePath, token), cancellationToken))
        {
            picture = await resizer.ResizeAsync(photo.Path, cancellationToken);
        }

        var path = $"resized/{Convert.ToHexStringLower(SHA256.HashData(picture.WebP))}.webp";
        await storage.ExecuteAsync(async token => await store.WriteAsync(path, picture.WebP, token), cancellationToken);

        var url = options.Value.PublicUrl + path;
        if (!await posts.SetUrlAsync(job.PostId, url, cancellationToken))
        {
            throw context.Discard("The job's post does not exist any more.");
        }

        LogResized(context.JobId, picture.Width, picture.Height, (picture.WebP.Length + 500) / 1000);
        return new ResizedImage(path, url, picture.Width, picture.Height);
    }
}
