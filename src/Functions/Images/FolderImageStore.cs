using FunctionJobs.Worker;
using Microsoft.Extensions.Options;

namespace FunctionJobs.Functions;

/// <summary>The image store as a folder.</summary>
internal sealed class FolderImageStore(IOptions<ImageOptions> options) : IImageStore
{
    private readonly string root = Path.GetFullPath(options.Value.Folder!);

    public Task<ImageFile> OpenAsync(string path, CancellationToken cancellationToken)
    {
        ImageLimits.CheckPath(path);
        var file = new FileInfo(root);
        foreach (var part in path.Split('/'))
        {
            file = new FileInfo(Path.Combine(file.FullName, part));
            // A link may point anywhere, and elsewhere tomorrow.
            if (file.LinkTarget is not null)
            {
                throw new DiscardJobException("ImagePath leaves the image store: symbolic links are not followed.");
            }
        }

        ImageLimits.CheckSize(Length(file));
        return Task.FromResult(new ImageFile(file.FullName, IsCopy: false));
    }

    /// <summary>Opens the file: whether one is there at all cannot be asked, since a share that is away has none either.</summary>
    private long Length(FileInfo file)
    {
        try
        {
            using var handle = File.OpenHandle(file.FullName);
            return RandomAccess.GetLength(handle);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (Directory.Exists(file.FullName) || (e is FileNotFoundException or DirectoryNotFoundException && Directory.Exists(root)))
            {
                throw ImageLimits.NoSuchFile();
            }

            // The message holds the path, and an error is read by many.
            throw new IOException($"The image store cannot be read ({e.GetType().Name}). Check that Images__Folder is there, and whose its files are.");
        }
    }

    public async Task WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        ImageLimits.CheckPath(path);
        var file = Path.Combine(root, path);
        if (File.Exists(file))
        {
            return;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var unfinished = $"{file}.{Guid.CreateVersion7():N}.tmp";
        try
        {
            await using (var stream = new FileStream(unfinished, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.Asynchronous))
            {
                await stream.WriteAsync(content, cancellationToken);
                // The database is about to say that this file is there.
                stream.Flush(flushToDisk: true);
            }

            File.Move(unfinished, file, overwrite: true);
        }
        catch
        {
            File.Delete(unfinished);
            throw;
        }
    }
}
