using System.Text.RegularExpressions;
using FunctionJobs.LocalServices;

namespace FunctionJobs.Tests;

/// <summary>What a test starts as a process of its own.</summary>
public sealed record ChildProcessOptions
{
    /// <summary>A path, or a name that is looked up in PATH.</summary>
    public required string Program { get; init; }

    /// <summary>The program's arguments.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Variables beside the inherited ones; null removes one.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>Default: the test's own working folder.</summary>
    public string? WorkingFolder { get; init; }
}

/// <summary>
/// A child process with its output kept, to be watched, paused and killed. Disposing it kills it and all it has started; it
/// does not outlive the test process either, however that ends.
/// </summary>
public sealed class ChildProcess : IAsyncDisposable
{
    private readonly List<string> lines;
    private readonly GuardedProcess process;

    private ChildProcess(GuardedProcess process, List<string> lines)
    {
        this.process = process;
        this.lines = lines;
    }

    /// <summary>The program's process id.</summary>
    public int Id => process.Id;

    /// <summary>What it has written so far, standard output and error, in the order of arrival.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (lines)
            {
                return [.. lines];
            }
        }
    }

    /// <summary>Whether it still runs.</summary>
    public bool IsRunning => !process.Exited.IsCompleted;

    /// <summary>Null while it runs; 128 + the signal's number when a signal has ended it.</summary>
    public int? ExitCode => process.Exited.IsCompletedSuccessfully ? process.Exited.Result : null;

    /// <summary>Starts a program.</summary>
    public static async Task<ChildProcess> StartAsync(ChildProcessOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var lines = new List<string>();
        var process = await GuardedProcess.StartAsync(
            new GuardedProcessOptions
            {
                Program = options.Program,
                Arguments = options.Arguments,
                Environment = options.Environment,
                WorkingFolder = options.WorkingFolder,
                StopSignal = Signal.Kill,
                OnLine = Keep,
            },
            cancellationToken);
        return new ChildProcess(process, lines);

        void Keep(string line)
        {
            lock (lines)
            {
                lines.Add(line);
            }
        }
    }

    /// <summary>Starts a .NET program with the <c>dotnet</c> that runs this test.</summary>
    /// <param name="assembly">The path of its .dll.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">Variables beside the inherited ones; null removes one.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static Task<ChildProcess> StartDotnetAsync(
        string assembly,
        IReadOnlyList<string>? arguments = null,
        IReadOnlyDictionary<string, string?>? environment = null,
        CancellationToken cancellationToken = default) => StartAsync(
            new ChildProcessOptions
            {
                // The tests run from an executable of their own, so their own path is not dotnet's.
                Program = System.Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
                Arguments = [assembly, .. arguments ?? []],
                Environment = environment ?? new Dictionary<string, string?>(),
            },
            cancellationToken);

    /// <summary>Waits for a line that matches, those written already included.</summary>
    /// <returns>The match, with the pattern's groups.</returns>
    /// <exception cref="TimeoutException">None came in time, or the program ended without; the message has its output.</exception>
    public async Task<Match> WaitForLineAsync(string pattern, TimeSpan? timeout = null)
    {
        Match? match = null;
        try
        {
            await Eventually.TrueAsync(() => Find() || !IsRunning, $"a line like {pattern}", timeout);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message} {Describe()}", e);
        }

        return Find()
            ? match!
            : throw new TimeoutException($"The program ended (exit code {ExitCode}) without a line like {pattern}. {Describe()}");

        bool Find() => (match = Lines.Select(line => Regex.Match(line, pattern)).FirstOrDefault(found => found.Success)) is not null;
    }

    /// <summary>Sends a signal to the program; false when it has ended.</summary>
    public bool Send(Signal signal) => process.Send(signal);

    /// <summary>Waits until the program has ended.</summary>
    /// <returns>Its exit code.</returns>
    /// <exception cref="TimeoutException">It still runs; the message has its output.</exception>
    public async Task<int> WaitForExitAsync(TimeSpan? timeout = null)
    {
        try
        {
            return await process.Exited.WaitAsync(timeout ?? Eventually.DefaultTimeout);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"The program still runs. {Describe()}", e);
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => process.DisposeAsync();

    private string Describe() => $"Its output so far:\n{string.Join('\n', Lines.TakeLast(40))}";
}
