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

        if (!file.Exists)
        {
            throw ImageLimits.NoSuchFile();
        }

        ImageLimits.CheckSize(file.Length);
        return Task.FromResult(new ImageFile(file.FullName, IsCopy: false));
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
