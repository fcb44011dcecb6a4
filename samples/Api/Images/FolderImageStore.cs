namespace FunctionJobs.Samples.Api;

/// <summary>The image store as a folder.</summary>
internal sealed class FolderImageStore(string folder) : IImageStore
{
    private readonly string root = Path.GetFullPath(folder);

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
            if (!isReading && IsAway(e))
            {
                throw ImageStoreException.NotTaken(e);
            }

            throw;
        }
    }

    /// <summary>Whether the file is there cannot be asked before: in a folder that is away there is none either.</summary>
    public Task<Stream?> OpenAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return Task.FromResult<Stream?>(new FileStream(
                Path.Combine(root, path), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1, FileOptions.Asynchronous | FileOptions.SequentialScan));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException && Directory.Exists(root))
        {
            return Task.FromResult<Stream?>(null);
        }
        catch (Exception e) when (IsAway(e))
        {
            throw ImageStoreException.NotGiven(e);
        }
    }

    public Task DeleteAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            File.Delete(Path.Combine(root, path));
            return Task.CompletedTask;
        }
        catch (Exception e) when (IsAway(e))
        {
            throw ImageStoreException.NotDeleted(e);
        }
    }

    private static bool IsAway(Exception e) => e is IOException or UnauthorizedAccessException;

    private static void Delete(string unfinished)
    {
        try
        {
            File.Delete(unfinished);
        }
        catch (Exception e) when (IsAway(e))
        {
            // What went wrong first counts.
        }
    }
}
