using FunctionJobs.Emulator.Startup;
using Microsoft.Extensions.Logging;

namespace FunctionJobs.Emulator.Invocation;

/// <summary>The process that the functions run in, as the host sees it: something to kill.</summary>
internal sealed class WorkerProcess(EmulatorSetup setup, IEnumerable<ILoggerProvider> logs)
{
    /// <summary>Ends the process with nothing cleaned up. The returned task never ends.</summary>
    public Task KillAsync()
    {
        // Disposing is the only way to make the console logger write what it still holds; the factory does not dispose what it was given.
        foreach (var log in logs)
        {
            log.Dispose();
        }

        setup.Kill();
        return Task.Delay(Timeout.InfiniteTimeSpan, CancellationToken.None);
    }
}
