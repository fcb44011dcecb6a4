namespace FunctionJobs.Functions;

/// <summary>An image in the file system: the store's own file, or a copy that goes with this object.</summary>
internal sealed record ImageFile(string Path, bool IsCopy) : IDisposable
{
    public void Dispose()
    {
        if (IsCopy)
        {
            File.Delete(Path);
        }
    }
}
