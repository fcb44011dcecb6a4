using FunctionJobs.LocalServices;

namespace FunctionJobs.Samples.Run;

/// <summary>One app as a child process.</summary>
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
        string name,
        string assembly,
        IReadOnlyDictionary<string, string?> settings,
        Action<string> onLine,
        CancellationToken cancellationToken)
    {
        var process = await GuardedProcess.StartAsync(
            new GuardedProcessOptions
            {
                Program = "dotnet",
                Arguments = [assembly],
                Environment = settings,
                // Where its settings files have been copied to.
                WorkingFolder = Path.GetDirectoryName(assembly),
                OnLine = onLine,
            },
            cancellationToken);
        return new App(name, process);
    }

    /// <summary>SIGTERM, and the time that a worker needs to finish or hand back its jobs.</summary>
    public ValueTask DisposeAsync() => process.DisposeAsync();
}
