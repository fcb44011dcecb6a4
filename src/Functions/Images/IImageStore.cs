using FunctionJobs.Worker;

namespace FunctionJobs.Functions;

/// <summary>Where photos are uploaded to and pictures are stored.</summary>
internal interface IImageStore
{
    /// <summary>Brings an image to where libvips can read it.</summary>
    /// <exception cref="DiscardJobException">The path leaves the store, there is no such file, or it is empty or larger than 50 MB.</exception>
    Task<ImageFile> OpenAsync(string path, CancellationToken cancellationToken);

    /// <summary>Stores a picture whose name is made from its content: one that is there already is the same.</summary>
    Task WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken);
}
