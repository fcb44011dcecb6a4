using Azure;
using Azure.Core.Pipeline;
using Azure.Identity;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Microsoft.Extensions.Options;

namespace FunctionJobs.Functions;

/// <summary>The image store as a container of Azure Blob Storage.</summary>
internal sealed class BlobImageStore(IOptions<ImageOptions> options, HttpClient http) : IImageStore
{
    private readonly BlobContainerClient container = Container(options.Value, http);

    /// <summary>What is wrong with the settings, or null.</summary>
    public static string? Problem(ImageOptions options)
    {
        try
        {
            using var http = new HttpClient();
            _ = Container(options, http);
            return null;
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            // The parser's own message may quote a part of the key.
            return "Images__BlobConnection is neither a connection string of a storage account nor its blob endpoint. "
                + "Write e.g. Images__BlobConnection=https://account.blob.core.windows.net";
        }
    }

    public async Task<ImageFile> OpenAsync(string path, CancellationToken cancellationToken)
    {
        ImageLimits.CheckPath(path);
        var blob = container.GetBlobClient(path);
        var copy = new ImageFile(Path.Combine(Path.GetTempPath(), $"functionjobs-{Guid.CreateVersion7():N}"), IsCopy: true);
        try
        {
            BlobProperties properties = await blob.GetPropertiesAsync(cancellationToken: cancellationToken);
            ImageLimits.CheckSize(properties.ContentLength);
            // The blob whose size was checked, not one that took its place.
            var same = new BlobDownloadToOptions { Conditions = new BlobRequestConditions { IfMatch = properties.ETag } };
            await blob.DownloadToAsync(copy.Path, same, cancellationToken);
            return copy;
        }
        catch (Exception e)
        {
            copy.Dispose();
            if (e is not RequestFailedException answer)
            {
                throw;
            }

            throw answer.Status == 404 && answer.ErrorCode != BlobErrorCode.ContainerNotFound
                ? ImageLimits.NoSuchFile()
                : new ImageStoreAnswerException(answer);
        }
    }

    public async Task WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        ImageLimits.CheckPath(path);
        var upload = new BlobUploadOptions
        {
            HttpHeaders = new BlobHttpHeaders { ContentType = "image/webp", CacheControl = "public, max-age=31536000, immutable" },
            Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All },
        };
        try
        {
            await container.GetBlobClient(path).UploadAsync(BinaryData.FromBytes(content), upload, cancellationToken);
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlobAlreadyExists || e.ErrorCode == BlobErrorCode.ConditionNotMet)
        {
        }
        catch (RequestFailedException e)
        {
            throw new ImageStoreAnswerException(e);
        }
    }

    private static BlobContainerClient Container(ImageOptions options, HttpClient http)
    {
        // Retries are the pipeline's; two layers of them multiply.
        var client = new BlobClientOptions { Transport = new HttpClientTransport(http), Retry = { MaxRetries = 0 } };
        var service = options.BlobConnection!.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
            ? new BlobServiceClient(new Uri(options.BlobConnection), new DefaultAzureCredential(), client)
            : new BlobServiceClient(options.BlobConnection, client);
        return service.GetBlobContainerClient(options.BlobContainer);
    }
}
