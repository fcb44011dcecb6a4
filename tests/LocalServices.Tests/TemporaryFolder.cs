namespace FunctionJobs.Tests;

/// <summary>A folder of a test's own, deleted afterwards; open to other users, as a clone below /home or /srv is.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder(bool openToOthers = true)
    {
        // Made for its owner only.
        Path = Directory.CreateTempSubdirectory("functionjobs-test-").FullName;
        if (openToOthers && !OperatingSystem.IsWindows())
            File.SetUnixFileMode(Path, File.GetUnixFileMode(Path) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
    }

    public string Path { get; }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
