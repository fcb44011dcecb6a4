namespace FunctionJobs.Samples.Api;

/// <summary>Where uploads go to, and where the job puts its pictures: the same place as in the functions app.</summary>
internal interface IImageStore
{
    /// <summary>Stores an upload under a new name. When this throws, nothing is stored.</summary>
    /// <returns>Its path in the store, e.g. <c>uploads/0199….jpg</c>.</returns>
    /// <exception cref="ImageStoreException">The store is away, or full.</exception>
    Task<string> AddAsync(Stream content, ImageFormat format, CancellationToken cancellationToken);

    /// <summary>Opens an image to be read; null when there is none of this path. It is taken as it is: who has it of a caller checks it.</summary>
    /// <exception cref="ImageStoreException">The store is away.</exception>
    Task<Stream?> OpenAsync(string path, CancellationToken cancellationToken);

    /// <summary>Deletes an upload; one that is not there is deleted already.</summary>
    /// <exception cref="ImageStoreException">The store is away.</exception>
    Task DeleteAsync(string path, CancellationToken cancellationToken);
}

/// <summary>The image store is away, or full.</summary>
internal sealed class ImageStoreException(string message, Exception innerException) : Exception(message, innerException)
{
    public static ImageStoreException NotTaken(Exception reason) => new("The image store did not take the image.", reason);

    public static ImageStoreException NotGiven(Exception reason) => new("The image store did not give the image.", reason);

    public static ImageStoreException NotDeleted(Exception reason) => new("The image store did not delete the image.", reason);
}

internal static class ImageStores
{
    public static void AddImageStore(this IServiceCollection services, ImageSettings settings) =>
        services.AddSingleton<IImageStore>(_ => settings.Folder is { Length: > 0 } ? new FolderImageStore(settings.Folder) : new BlobImageStore(settings));

    /// <summary>Names sort by time and cannot be guessed.</summary>
    public static string NewPath(ImageFormat format) => $"uploads/{Guid.CreateVersion7():N}{format.Extension}";
}
