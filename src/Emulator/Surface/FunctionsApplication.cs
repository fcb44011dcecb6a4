using FunctionJobs.Emulator.Startup;

namespace Microsoft.Azure.Functions.Worker.Builder;

/// <summary>Where a Functions app begins.</summary>
public class FunctionsApplication
{
    /// <summary>
    /// Makes the app's builder. Reads <c>host.json</c> beside the app, <c>Values</c> of <c>local.settings.json</c>, the
    /// environment, then <paramref name="args"/>; what comes later wins. A file that cannot be used ends the process
    /// with a sentence on standard error and exit code 1.
    /// </summary>
    /// <param name="args">The command line.</param>
    public static FunctionsApplicationBuilder CreateBuilder(string[] args) => EmulatorSetup.OfThisProcess.CreateBuilder(args);
}
