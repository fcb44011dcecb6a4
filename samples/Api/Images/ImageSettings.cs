using System.Text.RegularExpressions;
using Azure.Identity;
using Azure.Storage.Blobs;

namespace FunctionJobs.Samples.Api;

/// <summary>The section <c>Images</c>: one of a folder and a blob container, the same as the functions app's.</summary>
/// <param name="Folder">The image store as a folder.</param>
/// <param name="BlobConnection">A storage account's connection string, or its blob endpoint to log in by managed identity.</param>
/// <param name="BlobContainer">The container's name; <c>images</c> by default.</param>
internal sealed partial record ImageSettings(string? Folder, string? BlobConnection, string BlobContainer)
{
    public static ImageSettings Read(IConfigurationSection section) => new(
        section["Folder"], section["BlobConnection"], section["BlobContainer"] is { Length: > 0 } container ? container : "images");

    /// <summary>What is wrong, or null. Makes the folder when it is missing.</summary>
    public string? Problem()
    {
        var folder = !string.IsNullOrWhiteSpace(Folder);
        var blob = !string.IsNullOrWhiteSpace(BlobConnection);
        if (folder == blob)
        {
            return (folder ? "Images__Folder and Images__BlobConnection are both set." : "Neither Images__Folder nor Images__BlobConnection is set.")
                + " Write the one that the functions app has, e.g. Images__Folder=/var/lib/app/images";
        }

        return folder ? FolderProblem() : BlobProblem();
    }

    public BlobContainerClient Container()
    {
        var service = BlobConnection!.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
            ? new BlobServiceClient(new Uri(BlobConnection), new DefaultAzureCredential())
            : new BlobServiceClient(BlobConnection);
        return service.GetBlobContainerClient(BlobContainer);
    }

    private string? FolderProblem()
    {
        try
        {
            Directory.CreateDirectory(Path.Combine(Folder!, "uploads"));
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return $"Images__Folder cannot be made: {e.Message} Write a folder that this process may write to";
        }
    }

    private string? BlobProblem()
    {
        if (!ContainerName().IsMatch(BlobContainer))
        {
            return $"Images__BlobContainer is '{BlobContainer}', which is no container's name. Write the one that the functions app has, e.g. Images__BlobContainer=images";
        }

        try
        {
            _ = Container();
            return null;
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            // The parser's own message may quote a part of the key.
            return "Images__BlobConnection is neither a connection string of a storage account nor its blob endpoint. "
                + "Write e.g. Images__BlobConnection=https://account.blob.core.windows.net";
        }
    }

    [GeneratedRegex(@"^(?=.{3,63}\z)[a-z0-9]+(-[a-z0-9]+)*\z")]
    private static partial Regex ContainerName();
}
