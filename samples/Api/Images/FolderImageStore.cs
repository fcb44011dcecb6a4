using Microsoft.Extensions.FileProviders;

namespace FunctionJobs.Samples.Api;

/// <summary>The image store as a folder.</summary>
internal sealed class FolderImageStore : IImageStore, IDisposable
{
    private readonly string root;
    private readonly PhysicalFileProvider files;

    public FolderImageStore(string folder)
    {
        root = Path.GetFullPath(folder);
        // Lets no path out of the folder, and hides names that begin with a dot.
        files = new PhysicalFileProvider(root);
    }

    public async Task<string> AddAsync(Stream content, ImageFormat format, CancellationToken cancellationToken)
    {
        var path = ImageStores.NewPath(format);
        var file = Path.Combine(root, path);
        var unfinished = Path.Combine(Path.GetDirectoryName(file)!, $".{Path.GetFileName(file)}");
        var isReading = false;
        try
        {
            await using (var stream = new FileStream(unfinished, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.Asynchronous))
            {
                var buffer = new byte[128 * 1024];
                while (true)
                {
                    isReading = true;
                    var length = await content.ReadAsync(buffer, cancellationToken);
                    isReading = false;
                    if (length == 0)
                    {
                        break;
                    }

                    await stream.WriteAsync(buffer.AsMemory(0, length), cancellationToken);
                }

                // A post is about to say that this file is there.
                stream.Flush(flushToDisk: true);
            }

            File.Move(unfinished, file);
            return path;
        }
        catch (Exception e)
        {
            Delete(unfinished);
            // Told from a body that is cut off, which is the caller's fault.
            if (!isReading && e is IOException or UnauthorizedAccessException)
            {
                throw new ImageStoreException(e);
            }

            throw;
        }
    }

    public Task<Stream?> OpenAsync(string path, CancellationToken cancellationToken) =>
        Task.FromResult(files.GetFileInfo(path) is { Exists: true } file ? file.CreateReadStream() : null);

    public Task DeleteAsync(string path, CancellationToken cancellationToken)
    {
        File.Delete(Path.Combine(root, path));
        return Task.CompletedTask;
    }

    public void Dispose() => files.Dispose();

    private static void Delete(string unfinished)
    {
        try
        {
            File.Delete(unfinished);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What went wrong first counts.
        }
    }
}
