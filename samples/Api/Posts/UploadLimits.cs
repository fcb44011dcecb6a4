namespace FunctionJobs.Samples.Api;

/// <summary>What one upload may have.</summary>
internal static class UploadLimits
{
    /// <summary>Of the image; the same as the job's own limit.</summary>
    public const long MaxBytes = 50 * 1024 * 1024;

    /// <summary>Of a request that says how long it is: room for the other fields and what stands between them.</summary>
    public const long MaxRequestBytes = MaxBytes + (1024 * 1024);

    public const int LongestTitle = 200;
}

/// <summary>The image has more than <see cref="UploadLimits.MaxBytes"/>.</summary>
internal sealed class ImageTooLargeException(Exception? innerException = null) : Exception("The image is too large.", innerException);

/// <summary>A field of the upload is not what it must be.</summary>
internal sealed class InvalidUploadException(string field, string message, Exception? innerException = null) : Exception(message, innerException)
{
    public string Field { get; } = field;
}
