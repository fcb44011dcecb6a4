using FunctionJobs.Emulator.Discovery;
using FunctionJobs.Emulator.Invocation;
using FunctionJobs.Emulator.Startup;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FunctionJobs.Emulator.Triggers;

/// <summary>Runs every function's trigger from the start of the app until <c>ApplicationStopping</c>.</summary>
internal sealed partial class TriggerHost(
    FunctionCatalog catalog,
    TriggerLoops triggers,
    RedisConnections connections,
    EmulatorSetup setup,
    WorkerProcess process,
    IOptions<HostOptions> hostOptions,
    IHostApplicationLifetime lifetime,
    ILogger<TriggerHost> logger) : IHostedLifecycleService
{
    // So that a Redis that does not answer cannot eat the time that the app's hosted services have to stop.
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(1);

    // The app's own limit comes first: at it, its hosted services are told to give up.
    private static readonly TimeSpan KillAfterTimeout = TimeSpan.FromSeconds(1);

    private readonly List<ITriggerLoop> loops = [];
    private Task running = Task.CompletedTask;

    /// <summary>Connects while the app's hosted services start, as Azure's host does, which is a process of its own.</summary>
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        foreach (var function in catalog.Functions)
        {
            if (function.Trigger is RedisTrigger trigger)
            {
                _ = connections.DatabaseAsync(function.Definition.Name, trigger);
            }
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (hostOptions.Value.ShutdownTimeout > AppDefaults.ShutdownTimeout)
        {
            LogLongShutdown(hostOptions.Value.ShutdownTimeout);
        }

        lifetime.ApplicationStopping.Register(() => _ = KillWhenLateAsync(hostOptions.Value.ShutdownTimeout + KillAfterTimeout));
        loops.AddRange(catalog.Functions.Select(triggers.For));
        running = Task.WhenAll(loops.Select(loop => Task.Run(() => RunAsync(loop), CancellationToken.None)));
        Banner.Print(catalog, setup.Output ?? Console.Out);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
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
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task RunAsync(ITriggerLoop loop)
    {
        try
        {
            await loop.RunAsync(lifetime.ApplicationStopping);
        }
        catch (Exception) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // A Redis that does not answer while the app stops: its connection is closed under the loop.
        }
        catch (Exception error)
        {
            LogLoopEnded(error);
        }
    }

    /// <summary>The generic host waits for a hosted service that does not stop, the Functions host kills its process.</summary>
    private async Task KillWhenLateAsync(TimeSpan limit)
    {
        try
        {
            await Task.Delay(limit, lifetime.ApplicationStopped);
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
