using System.Globalization;

namespace FunctionJobs.LocalServices;

/// <summary>
/// A private redis-server on 127.0.0.1 that stops with this process. It can be killed, paused and restarted, always on the
/// same port and data, to see how its clients take that.
/// </summary>
public sealed class LocalRedis : IAsyncDisposable
{
    private readonly LocalRedisOptions options;
    private readonly string program;
    private readonly ServerFolder folder;
    private GuardedProcess? process;

    private LocalRedis(LocalRedisOptions options, string program, ServerFolder folder)
    {
        this.options = options;
        this.program = program;
        this.folder = folder;
    }

    /// <summary>The port on 127.0.0.1.</summary>
    public int Port { get; private set; }

    /// <summary>For StackExchange.Redis: <c>127.0.0.1:port</c>, with <c>ssl=true</c> for TLS.</summary>
    public string ConnectionString => $"127.0.0.1:{Port}{(options.Tls ? ",ssl=true" : string.Empty)}";

    /// <summary>The folder with its data and its log, <c>redis.log</c>.</summary>
    public string Folder => folder.Path;

    /// <summary>The server's process id; null while it is stopped or has been killed.</summary>
    public int? ProcessId => process is { Exited.IsCompleted: false } running ? running.Id : null;

    /// <summary>Starts a server and waits until it answers.</summary>
    /// <exception cref="LocalServerException">redis-server is not installed, or did not start.</exception>
    public static async Task<LocalRedis> StartAsync(LocalRedisOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new LocalRedisOptions();
        var program = Binaries.OfThisMachine().Redis();
        var folder = await ServerFolder.OpenAsync(options.Folder, user: null, cancellationToken);
        var redis = new LocalRedis(options, program, folder);
        try
        {
            redis.process = await FreePort.TryAsync(options.Port, redis.StartProcessAsync, cancellationToken);
            return redis;
        }
        catch
        {
            await redis.DisposeAsync();
            throw;
        }
    }

    /// <summary>SIGKILL: the server is gone at once, with what it had not written yet.</summary>
    public void Kill() => process?.Send(Signal.Kill);

    /// <summary>Stops the server in order (SIGTERM); its data stay.</summary>
    public async Task StopAsync()
    {
        if (process is not null)
        {
            await process.DisposeAsync();
        }

        process = null;
    }

    /// <summary>Starts the server again on the same port and data; one that still runs is stopped first.</summary>
    public async Task RestartAsync(CancellationToken cancellationToken = default)
    {
        await StopAsync();
        process = await StartProcessAsync(Port, cancellationToken);
    }

    /// <summary>SIGSTOP: connections stay open, nothing is answered. Returns when the server stands still.</summary>
    public async Task PauseAsync(CancellationToken cancellationToken = default)
    {
        if (process is null || !process.Send(Signal.Pause))
        {
            throw new InvalidOperationException("Redis does not run, so it cannot be paused.");
        }

        while (!IsPaused(process.Id))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1), cancellationToken);
        }
    }

    /// <summary>SIGCONT: a paused server goes on.</summary>
    public void Resume() => process?.Send(Signal.Continue);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await folder.DisposeAsync();
    }

    /// <summary>The state stands in /proc/pid/stat after the command's name in brackets; T is stopped.</summary>
    private static bool IsPaused(int id)
    {
        var file = $"/proc/{id}/stat";
        return !File.Exists(file) || File.ReadAllText(file).Split(") ").Last().StartsWith('T');
    }

    private Task<GuardedProcess> StartProcessAsync(int port, CancellationToken cancellationToken)
    {
        Port = port;
        var number = port.ToString(CultureInfo.InvariantCulture);
        string[] listen = options.Tls ? ["--port", "0", "--tls-port", number] : ["--port", number];
        return ServerProcess.StartAsync(
            new ServerProcessOptions
            {
                Name = "Redis",
                Program = program,
                // No configuration file is named, so none is read: the machine's own settings do not matter.
                Arguments =
                [
                    .. listen,
                    "--bind", "127.0.0.1", "--daemonize", "no", "--logfile", "", "--dir", folder.Path,
                    "--appendonly", "yes", "--appendfsync", "everysec", "--maxmemory-policy", "noeviction", "--save", "",
                    .. options.Arguments,
                ],
                StopSignal = Signal.Terminate,
                Folder = folder,
                ReadyLine = "Ready to accept connections",
            },
            cancellationToken);
    }
}
