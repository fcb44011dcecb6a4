using System.Diagnostics;
using System.Globalization;

namespace FunctionJobs.LocalServices;

/// <summary>
/// A child process that cannot outlive this one: when this process ends, even by <c>kill -9</c>, the child is stopped.
/// A small shell script (guard.sh) stands between the two and says how.
/// </summary>
public sealed class GuardedProcess : IAsyncDisposable
{
    private static readonly string Script = ReadScript();

    private readonly Process guard;
    private readonly Lock line = new();
    private readonly GuardedProcessOptions options;

    private bool disposed;

    private GuardedProcess(Process guard, int id, GuardedProcessOptions options)
    {
        this.guard = guard;
        this.options = options;
        Id = id;
        Exited = WaitAsync();
    }

    /// <summary>The child's process id: the program's own, not its guard's.</summary>
    public int Id { get; }

    /// <summary>Ends with the child, and gives its exit code: 128 + the signal's number when it was killed by one.</summary>
    public Task<int> Exited { get; }

    /// <summary>Starts a program.</summary>
    /// <exception cref="LocalServerException">It could not be started.</exception>
    public static async Task<GuardedProcess> StartAsync(GuardedProcessOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException("Local servers need Linux (WSL will do). Or set the variables Redis and Postgres to servers of your own.");
        }

        var guard = Process.Start(Describe(options)) ?? throw new LocalServerException("bash could not be started.");
        var first = await guard.StandardOutput.ReadLineAsync(cancellationToken);
        if (int.TryParse(first, CultureInfo.InvariantCulture, out var id))
        {
            return new GuardedProcess(guard, id, options);
        }

        var error = await guard.StandardError.ReadToEndAsync(cancellationToken);
        guard.Dispose();
        throw new LocalServerException($"{options.Program} could not be started. {error.Trim()}");
    }

    /// <summary>Runs a program to its end.</summary>
    /// <returns>Its exit code and its output.</returns>
    public static async Task<(int ExitCode, string Output)> RunAsync(GuardedProcessOptions options, CancellationToken cancellationToken = default)
    {
        var lines = new List<string>();
        await using var process = await StartAsync(options with { OnLine = lines.Add }, cancellationToken);
        var code = await process.Exited.WaitAsync(cancellationToken);
        return (code, string.Join('\n', lines));
    }

    /// <summary>Sends a signal to the child; false when it has ended.</summary>
    public bool Send(Signal signal) => !Exited.IsCompleted && Signals.Send(Id, signal);

    /// <summary>Asks the child to stop, and waits until it has; after the grace it is killed.</summary>
    public async Task StopAsync()
    {
        // The same way as when this process dies: the guard sees its input close.
        guard.StandardInput.Close();
        await Exited;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (disposed)
        {
            return;
        }

        disposed = true;
        await StopAsync();
        guard.Dispose();
    }

    private static ProcessStartInfo Describe(GuardedProcessOptions options)
    {
        var start = new ProcessStartInfo("setsid")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = options.WorkingFolder ?? string.Empty,
        };
        if (OperatingSystem.IsMacOS())
        {
            start.FileName = "bash";
        }
        else
        {
            start.ArgumentList.Add("bash");
        }

        string[] arguments =
        [
            "-c", Script, "guard", options.StopSignal.Name(),
            ((int)Math.Ceiling(options.StopGrace.TotalSeconds)).ToString(CultureInfo.InvariantCulture),
            options.LogFile ?? string.Empty, options.LockFile ?? string.Empty, options.User?.Ids ?? string.Empty, options.Program,
            .. options.Arguments,
        ];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in options.Environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    private static string ReadScript()
    {
        using var stream = typeof(GuardedProcess).Assembly.GetManifestResourceStream("guard.sh")!;
        using var reader = new StreamReader(stream);
        // Without its comments: it is an argument of bash, and shows in every list of processes.
        return string.Join('\n', reader.ReadToEnd().Split('\n').Where(text => !text.TrimStart().StartsWith('#')));
    }

    private async Task<int> WaitAsync()
    {
        var output = Task.WhenAll(ReadAsync(guard.StandardOutput), ReadAsync(guard.StandardError));
        await guard.WaitForExitAsync();
        // A grandchild that left for a session of its own may keep the pipes open: do not wait for it for ever.
        await Task.WhenAny(output, Task.Delay(TimeSpan.FromSeconds(2)));
        return guard.ExitCode;
    }

    private async Task ReadAsync(StreamReader reader)
    {
        await Task.Yield();
        while (await reader.ReadLineAsync() is { } text)
        {
            lock (line)
            {
                options.OnLine?.Invoke(text);
            }
        }
    }
}
