using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace FunctionJobs.Functions;

/// <summary>The section <c>Images</c>.</summary>
internal sealed class ImageOptions
{
    /// <summary>The image store as a folder; a relative one starts at the current directory. Either this or <see cref="BlobConnection"/>.</summary>
    public string? Folder { get; set; }

    /// <summary>
    /// The image store as a container of Azure Blob Storage: the storage account's connection string, or its blob endpoint
    /// (<c>https://account.blob.core.windows.net</c>) to log in by managed identity.
    /// </summary>
    public string? BlobConnection { get; set; }

    /// <summary>The container's name; <c>images</c> by default.</summary>
    public string BlobContainer { get; set; } = "images";

    /// <summary>What stands before the new picture's path in <c>posts.image_url</c>; <c>/images/</c> by default. It ends in / or =.</summary>
    public string PublicUrl { get; set; } = "/images/";

    /// <summary>How many photos are decoded at a time in this process, 1 to 64; 2 by default. Each may take 100 MB and a processor.</summary>
    public int DecodesAtOnce { get; set; } = 2;
}

internal sealed partial class ImageOptionsCheck : IValidateOptions<ImageOptions>
{
    public ValidateOptionsResult Validate(string? name, ImageOptions options)
    {
        var wrong = Wrong(options).ToList();
        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }

    private static IEnumerable<string> Wrong(ImageOptions options)
    {
        var folder = !string.IsNullOrWhiteSpace(options.Folder);
        var blob = !string.IsNullOrWhiteSpace(options.BlobConnection);
        if (!folder && !blob)
        {
            yield return "Neither Images__Folder nor Images__BlobConnection is set. Write the folder that uploads are put into, e.g. "
                + "Images__Folder=/var/lib/app/images, or the connection string of a storage account";
        }
        else if (folder && blob)
        {
            yield return "Images__Folder and Images__BlobConnection are both set. Write the one that uploads are put into, and remove the other";
        }
        else if (folder && Folders.Problem("Images__Folder", options.Folder!) is { } problem)
        {
            yield return problem;
        }
        else if (blob && BlobImageStore.Problem(options) is { } blobProblem)
        {
            yield return blobProblem;
        }

        if (blob && !ContainerName().IsMatch(options.BlobContainer))
        {
            yield return $"Images__BlobContainer is '{options.BlobContainer}', which is no container's name: 3 to 63 lower-case letters, digits and "
                + "single hyphens, a letter or digit first and last. Write e.g. Images__BlobContainer=images";
        }

        if (string.IsNullOrEmpty(options.PublicUrl))
        {
            yield return "Images__PublicUrl is empty. Write what stands before a picture's path, e.g. Images__PublicUrl=/images/";
        }
        else if (options.PublicUrl[^1] is not ('/' or '='))
        {
            yield return $"Images__PublicUrl is '{options.PublicUrl}', and a picture's path follows it at once. End it in / or =, e.g. Images__PublicUrl={options.PublicUrl}/";
        }

        if (options.DecodesAtOnce is < 1 or > 64)
        {
            yield return $"Images__DecodesAtOnce is {options.DecodesAtOnce}, and must be 1 to 64. Write e.g. Images__DecodesAtOnce=2";
        }
    }

    [GeneratedRegex(@"^(?=.{3,63}\z)[a-z0-9]+(-[a-z0-9]+)*\z")]
    private static partial Regex ContainerName();
}
