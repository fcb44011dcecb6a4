using System.Globalization;

namespace FunctionJobs.LocalServices;

/// <summary>A server's folder, held by one owner at a time. A temporary one is deleted with its owner, however that ends.</summary>
internal sealed class ServerFolder : IAsyncDisposable
{
    /// <summary>Told to stop, it waits for the servers in the folder, which hold its locks, and deletes the folder.</summary>
    private const string Janitor = """
        delete() {
          for lock in "$1"/*.lock; do
            if [ -e "$lock" ] && command -v flock >/dev/null; then
              for ((tenths = 200; tenths > 0; tenths--)); do flock -n "$lock" true && break; sleep 0.1; done
            fi
          done
          rm -rf "$1"
          exit 0
        }
        trap 'delete "$1"' TERM
        sleep infinity &
        wait
        """;

    private readonly FileStream owner;
    private readonly GuardedProcess? janitor;

    private ServerFolder(string path, FileStream owner, GuardedProcess? janitor)
    {
        Path = path;
        this.owner = owner;
        this.janitor = janitor;
    }

    /// <summary>The full path.</summary>
    public string Path { get; }

    /// <summary>Opens a folder, or makes a temporary one when none is named.</summary>
    /// <exception cref="LocalServerException">The folder is in use, or cannot be made or written to.</exception>
    public static Task<ServerFolder> OpenAsync(string? path, ServiceUser? user, CancellationToken cancellationToken) =>
        path is null ? CreateTemporaryAsync(user, cancellationToken) : Task.FromResult(Open(path));

    /// <summary>A file or a folder inside.</summary>
    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await owner.DisposeAsync();
        if (janitor is not null)
        {
            await janitor.DisposeAsync();
        }
    }

    private static ServerFolder Open(string path)
    {
        path = System.IO.Path.GetFullPath(path);
        try
        {
            Directory.CreateDirectory(path);
            return new ServerFolder(path, Own(path), janitor: null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LocalServerException($"The folder {path} cannot be used: {e.Message} Give one that this user may write to.", e);
        }
    }

    private static async Task<ServerFolder> CreateTemporaryAsync(ServiceUser? user, CancellationToken cancellationToken)
    {
        // TMPDIR may be one that the server's user cannot reach.
        var parent = System.IO.Path.GetTempPath();
        if (user is not null && !await user.ReachesAsync(parent, cancellationToken))
        {
            parent = "/var/tmp";
        }

        var path = System.IO.Path.Combine(parent, $"functionjobs-{Guid.CreateVersion7():n}");
        Directory.CreateDirectory(path);
        if (user is not null && !OperatingSystem.IsWindows())
        {
            // Whatever the umask is, the server's user must get in.
            System.IO.File.SetUnixFileMode(path, System.IO.File.GetUnixFileMode(path) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        }

        var janitor = await GuardedProcess.StartAsync(
            new GuardedProcessOptions
            {
                Program = "bash",
                Arguments = ["-c", Janitor, "janitor", path],
                WorkingFolder = "/",
                StopGrace = TimeSpan.FromSeconds(30),
            },
            cancellationToken);
        return new ServerFolder(path, Own(path), janitor);
    }

    private static FileStream Own(string path)
    {
        var pidFile = System.IO.Path.Combine(path, "owner.pid");
        if (LockedFile.TryTake(System.IO.Path.Combine(path, "owner")) is not { } owner)
        {
            var pid = System.IO.File.Exists(pidFile) ? System.IO.File.ReadAllText(pidFile) : "unknown";
            throw new LocalServerException($"{path} is in use by another run (process {pid}). Stop that one, or give another folder.");
        }

        try
        {
            System.IO.File.WriteAllText(pidFile, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            return owner;
        }
        catch
        {
            owner.Dispose();
            throw;
        }
    }
}
