using System.Globalization;
using System.Security.Cryptography;

namespace FunctionJobs.LocalServices;

/// <summary>The files of a private PostgreSQL: its data (made by initdb) and its password, owned by the user it runs as.</summary>
internal sealed class PostgresCluster
{
    public const string Superuser = "postgres";

    private readonly string binaries;
    private readonly ServiceUser? user;

    private PostgresCluster(string home, string binaries, ServiceUser? user, string password)
    {
        this.binaries = binaries;
        this.user = user;
        DataFolder = Path.Combine(home, "data");
        Password = password;
    }

    public string DataFolder { get; }

    public string Password { get; }

    public static async Task<PostgresCluster> OpenAsync(
        ServerFolder folder, Binaries programs, ServiceUser? user, CancellationToken cancellationToken)
    {
        var home = await HomeAsync(folder, user, cancellationToken);
        var versionFile = Path.Combine(home, "data", "PG_VERSION");
        var madeBy = File.Exists(versionFile) ? (await File.ReadAllTextAsync(versionFile, cancellationToken)).Trim() : null;
        var binaries = await programs.PostgresFolderAsync(madeBy, cancellationToken);
        var passwordFile = Path.Combine(home, "password");
        if (!Directory.Exists(Path.Combine(home, "data")))
        {
            await WritePasswordAsync(passwordFile, user, cancellationToken);
            await InitializeAsync(home, binaries, user, cancellationToken);
        }

        return new PostgresCluster(home, binaries, user, await File.ReadAllTextAsync(passwordFile, cancellationToken));
    }

    public ServerProcessOptions Describe(ServerFolder folder, int port, bool durable)
    {
        string[] fast = durable ? [] : ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"];
        return new ServerProcessOptions
        {
            Name = "PostgreSQL",
            Program = Path.Combine(binaries, "postgres"),
            Arguments =
            [
                "-D", DataFolder, "-p", port.ToString(CultureInfo.InvariantCulture),
                "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "max_connections=200",
                "-c", "lc_messages=C", .. fast,
            ],
            // The fast shutdown; on SIGTERM it would wait for its clients to leave.
            StopSignal = Signal.Interrupt,
            Folder = folder,
            ReadyLine = "database system is ready to accept connections",
            User = user,
        };
    }

    /// <summary>
    /// Whether a start failed only for what a killed server left behind: children that are just going, or a pid file whose
    /// number another process has by now, in which case the file is deleted. Our lock has made sure that no server runs.
    /// </summary>
    public bool CanFollowKilledServer(string message)
    {
        if (message.Contains("is still in use", StringComparison.Ordinal))
        {
            return true;
        }

        if (!message.Contains("lock file \"postmaster.pid\" already exists", StringComparison.Ordinal) || !Directory.Exists("/proc"))
        {
            return false;
        }

        var pidFile = Path.Combine(DataFolder, "postmaster.pid");
        var commandLine = $"/proc/{File.ReadLines(pidFile).First()}/cmdline";
        if (!File.Exists(commandLine) || !File.ReadAllText(commandLine).Contains(DataFolder, StringComparison.Ordinal))
        {
            File.Delete(pidFile);
        }

        return true;
    }

    /// <summary>
    /// The folder that the server's user owns: inside ours, or, when that user cannot reach it there (a clone below /root),
    /// in /var/lib, with its path kept in our folder so that the next start finds it.
    /// </summary>
    private static async Task<string> HomeAsync(ServerFolder folder, ServiceUser? user, CancellationToken cancellationToken)
    {
        var home = folder.File("cluster");
        if (user is not null && !await user.ReachesAsync(folder.Path, cancellationToken))
        {
            var record = folder.File("cluster.path");
            home = File.Exists(record)
                ? (await File.ReadAllTextAsync(record, cancellationToken)).Trim()
                : $"/var/lib/functionjobs-{Guid.CreateVersion7():n}";
            await File.WriteAllTextAsync(record, home, cancellationToken);
        }

        // Without it a start before was cut off, perhaps before the folder had its owner.
        if (Directory.Exists(Path.Combine(home, "data")))
        {
            return home;
        }

        Directory.CreateDirectory(home);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(home, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        if (user is not null)
        {
            await user.OwnAsync(home, cancellationToken);
        }

        return home;
    }

    private static async Task WritePasswordAsync(string file, ServiceUser? user, CancellationToken cancellationToken)
    {
        // Its folder is closed to everybody else.
        await File.WriteAllTextAsync(file, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), cancellationToken);
        if (user is not null)
        {
            await user.OwnAsync(file, cancellationToken);
        }
    }

    private static async Task InitializeAsync(string home, string binaries, ServiceUser? user, CancellationToken cancellationToken)
    {
        // Under another name first: an initdb that was interrupted must not pass for a cluster.
        var unfinished = Path.Combine(home, "data.new");
        if (Directory.Exists(unfinished))
        {
            Directory.Delete(unfinished, recursive: true);
        }

        var (code, output) = await GuardedProcess.RunAsync(
            new GuardedProcessOptions
            {
                Program = Path.Combine(binaries, "initdb"),
                Arguments =
                [
                    "-D", unfinished, "--username", Superuser, "--auth", "scram-sha-256",
                    "--pwfile", Path.Combine(home, "password"), "--encoding", "UTF8", "--no-locale", "--no-sync",
                ],
                WorkingFolder = "/",
                Environment = new Dictionary<string, string?> { ["LC_ALL"] = "C" },
                User = user,
            },
            cancellationToken);
        if (code != 0)
        {
            throw new LocalServerException($"PostgreSQL's initdb failed (exit code {code}):\n{output}");
        }

        Directory.Move(unfinished, Path.Combine(home, "data"));
    }
}
