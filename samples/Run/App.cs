using FunctionJobs.LocalServices;

namespace FunctionJobs.Samples.Run;

/// <summary>One app as a child process; its lines come out behind its name.</summary>
internal sealed class App : IAsyncDisposable
{
    private readonly GuardedProcess process;

    private App(string name, GuardedProcess process)
    {
        Name = name;
        this.process = process;
    }

    public string Name { get; }

    public Task Ended => process.Exited;

    public static async Task<App> StartAsync(
        string name, string assembly, IReadOnlyDictionary<string, string?> settings, CancellationToken cancellationToken)
    {
        var process = await GuardedProcess.StartAsync(
            new GuardedProcessOptions
            {
                Program = "dotnet",
                Arguments = [assembly],
                Environment = settings,
                // Where its settings files have been copied to.
                WorkingFolder = Path.GetDirectoryName(assembly),
                OnLine = line => Console.WriteLine($"{name,-9} | {line}"),
            },
            cancellationToken);
        return new App(name, process);
    }

    /// <summary>SIGTERM, and the time that a worker needs to finish or hand back its jobs.</summary>
    public ValueTask DisposeAsync() => process.DisposeAsync();
}
