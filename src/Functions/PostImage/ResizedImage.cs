namespace FunctionJobs.Functions;

/// <summary>What <see cref="ResizePostImage"/> returns.</summary>
/// <param name="Path">The new picture's path in the image store: <c>resized/</c>, the SHA-256 of its content, <c>.webp</c>.</param>
/// <param name="Url">What <c>posts.image_url</c> is now.</param>
/// <param name="Width">In pixels, at most 1280.</param>
/// <param name="Height">In pixels, at most 1280.</param>
public sealed record ResizedImage(string Path, string Url, int Width, int Height);
