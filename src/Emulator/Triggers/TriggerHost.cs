using FunctionJobs.Emulator.Discovery;
using FunctionJobs.Emulator.Invocation;
using FunctionJobs.Emulator.Startup;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FunctionJobs.Emulator.Triggers;

/// <summary>
/// Runs every function's trigger until <c>ApplicationStopping</c>. The first of all hosted services, as the worker packages' own is: an invocation
/// may come while the app's still start.
/// </summary>
internal sealed partial class TriggerHost(
    FunctionCatalog catalog,
    TriggerLoops triggers,
    EmulatorSetup setup,
    WorkerProcess process,
    IOptions<HostOptions> hostOptions,
    IHostApplicationLifetime lifetime,
    ILogger<TriggerHost> logger) : IHostedLifecycleService, IDisposable
{
    // So that a Redis that does not answer cannot eat the time that the app's hosted services have to stop.
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(1);

    // The app's own limit comes first: at it, its hosted services are told to give up.
    private static readonly TimeSpan KillAfterTimeout = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource stopping = CancellationTokenSource.CreateLinkedTokenSource(lifetime.ApplicationStopping);
    private readonly List<ITriggerLoop> loops = [];
    private Task running = Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (hostOptions.Value.ShutdownTimeout > AppDefaults.ShutdownTimeout)
        {
            LogLongShutdown(hostOptions.Value.ShutdownTimeout);
        }

        lifetime.ApplicationStopping.Register(() => _ = KillWhenLateAsync(hostOptions.Value.ShutdownTimeout + KillAfterTimeout));
        loops.AddRange(catalog.Functions.Where(function => !function.IsDisabled).Select(triggers.For));
        running = Task.WhenAll(loops.Select(loop => Task.Run(() => RunAsync(loop), CancellationToken.None)));
        return Task.CompletedTask;
    }

    /// <summary>Says that the app is there, once all of its hosted services have started.</summary>
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        Banner.Print(catalog, setup.Output ?? Console.Out);
        return Task.CompletedTask;
    }

    /// <summary>Closes the triggers before any of the app's hosted services is stopped.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        await stopping.CancelAsync();
        try
        {
            await StopLoopsAsync().WaitAsync(CloseTimeout, cancellationToken);
        }
        catch (Exception error)
        {
            LogNotClosed(error);
        }
    }

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The host may be gone without having been stopped: a hosted service of the app failed to start.</summary>
    public void Dispose() => stopping.Cancel();

    private async Task RunAsync(ITriggerLoop loop)
    {
        try
        {
            await loop.RunAsync(stopping.Token);
        }
        catch (Exception) when (stopping.IsCancellationRequested)
        {
            // A Redis that does not answer while the app stops: its connection is closed under the loop.
        }
        catch (Exception error)
        {
            LogLoopEnded(error);
        }
    }

    /// <summary>The generic host waits for what does not stop or cannot be disposed, the Functions host kills its process.</summary>
    private async Task KillWhenLateAsync(TimeSpan limit)
    {
        try
        {
            // A process that is nothing but the app must be gone by then; of another it is enough that the app has stopped.
            await Task.Delay(limit, setup.EndsProcess ? CancellationToken.None : lifetime.ApplicationStopped);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        LogKilled(limit);
        await process.KillAsync();
    }

    private async Task StopLoopsAsync()
    {
        await running;
        await Task.WhenAll(loops.Select(loop => loop.CloseAsync()));
    }
}
