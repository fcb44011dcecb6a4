using System.Diagnostics;
using System.Reflection;
using Microsoft.Azure.Functions.Worker.Builder;

namespace FunctionJobs.Emulator.Startup;

/// <summary>What the emulator takes from the process around it, so that a test can host functions of its own beside others.</summary>
internal sealed record EmulatorSetup
{
    /// <summary>A process that is nothing but the app: what <see cref="FunctionsApplication"/> uses.</summary>
    public static EmulatorSetup OfThisProcess { get; } = new()
    {
        FunctionTypes = () => Assembly.GetEntryAssembly()?.GetTypes() ?? [],
        ExportsSettings = true,
        EndsProcess = true,
    };

    /// <summary>The types that are searched for functions.</summary>
    public required Func<IReadOnlyList<Type>> FunctionTypes { get; init; }

    /// <summary>Where <c>host.json</c> and <c>local.settings.json</c> are.</summary>
    public string BaseDirectory { get; init; } = AppContext.BaseDirectory;

    /// <summary>A second place for <c>local.settings.json</c>, which wins over the first.</summary>
    public string CurrentDirectory { get; init; } = Environment.CurrentDirectory;

    /// <summary>Whether <c>Values</c> become environment variables too, for libraries that read those directly.</summary>
    public bool ExportsSettings { get; init; }

    /// <summary>Whether a fault at start ends the process rather than being thrown.</summary>
    public bool EndsProcess { get; init; }

    /// <summary>Where the list of functions is printed; <see langword="null"/> for the console, which takes its time to open.</summary>
    public TextWriter? Output { get; init; }

    /// <summary>Ends the process as the host ends a worker: at once, with nothing cleaned up and an exit code that is not 0.</summary>
    public Action Kill { get; init; } = static () => Process.GetCurrentProcess().Kill();

    /// <summary>Decides when a fault with a rate strikes.</summary>
    public Random Random { get; init; } = Random.Shared;

    /// <summary>Makes the app's builder.</summary>
    public FunctionsApplicationBuilder CreateBuilder(string[] args) => OrRefuse(() => new FunctionsApplicationBuilder(args, this));

    /// <summary>Runs one step of the start; what cannot start is told to a person in one sentence, without a stack trace.</summary>
    public T OrRefuse<T>(Func<T> step)
    {
        try
        {
            return step();
        }
        catch (StartupException refusal) when (EndsProcess)
        {
            Console.Error.WriteLine($"error: {refusal.Message}");
            Environment.Exit(1);
            throw;
        }
    }
}
