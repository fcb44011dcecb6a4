using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace FunctionJobs.Samples.Api;

/// <summary>The image store as a container of Azure Blob Storage, which must be there.</summary>
internal sealed class BlobImageStore(ImageSettings settings) : IImageStore
{
    private readonly BlobContainerClient container = settings.Container();

    public async Task<string> AddAsync(Stream content, ImageFormat format, CancellationToken cancellationToken)
    {
        var path = ImageStores.NewPath(format);
        var upload = new BlobUploadOptions { HttpHeaders = new BlobHttpHeaders { ContentType = format.ContentType } };
        // Sent in blocks; the blob is there when all of them are.
        try
        {
            await container.GetBlobClient(path).UploadAsync(content, upload, cancellationToken);
            return path;
        }
        catch (Exception e) when (IsAway(e))
        {
            throw ImageStoreException.NotTaken(e);
        }
    }

    public async Task<Stream?> OpenAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await container.GetBlobClient(path).OpenReadAsync(cancellationToken: cancellationToken);
        }
        catch (RequestFailedException e) when (e.Status == StatusCodes.Status404NotFound && e.ErrorCode != BlobErrorCode.ContainerNotFound)
        {
            return null;
        }
        catch (Exception e) when (IsAway(e))
        {
            throw ImageStoreException.NotGiven(e);
        }
    }

    public async Task DeleteAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            await container.GetBlobClient(path).DeleteIfExistsAsync(cancellationToken: cancellationToken);
        }
        catch (Exception e) when (IsAway(e))
        {
            throw ImageStoreException.NotDeleted(e);
        }
    }

    /// <summary>The client gives up with all of its tries' exceptions in one.</summary>
    private static bool IsAway(Exception e) => e is RequestFailedException or AggregateException;
}
