namespace FunctionJobs.Tests;

/// <summary>A folder of a test's own, deleted afterwards.</summary>
public sealed class TemporaryFolder : IDisposable
{
    /// <param name="openToOthers">Whether other users may pass through it, as through a clone below /home or /srv.</param>
    public TemporaryFolder(bool openToOthers = true)
    {
        // Made for its owner only.
        Path = Directory.CreateTempSubdirectory("functionjobs-test-").FullName;
        if (openToOthers && !OperatingSystem.IsWindows())
        {
            System.IO.File.SetUnixFileMode(Path, System.IO.File.GetUnixFileMode(Path) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        }
    }

    /// <summary>The full path.</summary>
    public string Path { get; }

    /// <summary>A file or a folder inside.</summary>
    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <inheritdoc />
    public void Dispose() => Directory.Delete(Path, recursive: true);
}
