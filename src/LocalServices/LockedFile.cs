namespace FunctionJobs.LocalServices;

/// <summary>A file that one process has at a time: it is locked (flock) until that process ends, however it ends, so nothing stale can remain.</summary>
public static class LockedFile
{
    // EWOULDBLOCK, which .NET hands on as it is. Whatever else goes wrong is not that somebody has the file.
    private const int HeldOnLinux = 11;
    private const int HeldOnMacOS = 35;

    /// <summary>Opens the file, or makes it, and locks it.</summary>
    /// <returns>Locked until it is disposed of; null when another process has it.</returns>
    /// <exception cref="IOException">It cannot be made: no such folder, a full disk, a read-only file system.</exception>
    /// <exception cref="UnauthorizedAccessException">It, or its folder, is another user's.</exception>
    public static FileStream? TryTake(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e.HResult == (OperatingSystem.IsMacOS() ? HeldOnMacOS : HeldOnLinux))
        {
            return null;
        }
    }
}
