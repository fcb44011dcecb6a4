using System.Diagnostics;

namespace FunctionJobs.LocalServices;

/// <summary>How one server is started.</summary>
internal sealed record ServerProcessOptions
{
    /// <summary>For messages: <c>Redis</c> or <c>PostgreSQL</c>.</summary>
    public required string Name { get; init; }

    public required string Program { get; init; }

    public required IReadOnlyList<string> Arguments { get; init; }

    public required Signal StopSignal { get; init; }

    public required ServerFolder Folder { get; init; }

    /// <summary>What the server writes into its log once clients may come.</summary>
    public required string ReadyLine { get; init; }

    public ServiceUser? User { get; init; }

    public string LogFile => Folder.File($"{Name.ToLowerInvariant()}.log");
}

/// <summary>
/// A server that has been started and is ready. Ready is read from its log, which needs no password, certificate or
/// protocol, and tells a server that is still loading from one that is not.
/// </summary>
internal static class ServerProcess
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(90);

    /// <exception cref="LocalServerException">It ended, or was not ready in time; the message has the end of its log.</exception>
    public static async Task<GuardedProcess> StartAsync(ServerProcessOptions options, CancellationToken cancellationToken)
    {
        var logStart = File.Exists(options.LogFile) ? new FileInfo(options.LogFile).Length : 0;
        var process = await GuardedProcess.StartAsync(
            new GuardedProcessOptions
            {
                Program = options.Program,
                Arguments = options.Arguments,
                WorkingFolder = "/",
                // A Redis from 7.2 on does not start where LANG names a locale that the machine has not got.
                Environment = new Dictionary<string, string?> { ["LC_ALL"] = "C" },
                StopSignal = options.StopSignal,
                LogFile = options.LogFile,
                LockFile = options.Folder.File($"{options.Name.ToLowerInvariant()}.lock"),
                User = options.User,
            },
            cancellationToken);
        try
        {
            await WaitUntilReadyAsync(process, options, logStart, cancellationToken);
            return process;
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    private static async Task WaitUntilReadyAsync(
        GuardedProcess process, ServerProcessOptions options, long logStart, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            // Asked before the log is read: what a server that has ended wrote last is then seen too.
            var ended = process.Exited.IsCompleted;
            var log = await ReadAsync(options.LogFile, logStart, cancellationToken);
            if (ended)
            {
                throw new LocalServerException($"{options.Name} ended while starting (exit code {await process.Exited}). {End(options, log)}");
            }

            if (log.Contains(options.ReadyLine, StringComparison.Ordinal))
            {
                return;
            }

            if (clock.Elapsed > StartTimeout)
            {
                throw new LocalServerException($"{options.Name} was not ready within {StartTimeout.TotalSeconds:0} s. {End(options, log)}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), cancellationToken);
        }
    }

    private static async Task<string> ReadAsync(string file, long start, CancellationToken cancellationToken)
    {
        await using var stream = new FileStream(file, FileMode.OpenOrCreate, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        stream.Seek(start, SeekOrigin.Begin);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(cancellationToken);
    }

    private static string End(ServerProcessOptions options, string log)
    {
        var lines = log.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return $"Its log, {options.LogFile}, ends with:\n{string.Join('\n', lines.TakeLast(15))}";
    }
}
