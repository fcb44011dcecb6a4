using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace FunctionJobs.Worker;

/// <summary>
/// Listens on the bells, and opens the pumps. When the app stops the pumps take no more work from the first moment on, whatever else takes its
/// time to stop, and stop first of the worker's own services: within the grace and a second.
/// </summary>
internal sealed partial class PumpService(
    QueuePumps pumps, Stager stager, Watchdog watchdog, IOptions<JobWorkerOptions> options, ILogger<PumpService> log) : IHostedLifecycleService
{
    private readonly Listening listening = new();

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // Handlers may block their threads, and the pool gets a new one or two a second: renewing the leases must not wait for that.
        ThreadPool.GetMinThreads(out var workers, out var ports);
        ThreadPool.SetMinThreads(Math.Max(workers, Environment.ProcessorCount + (pumps.All.Count * options.Value.Concurrency)), ports);
        foreach (var pump in pumps.All)
        {
            await listening.StartAsync(
                pump.Queue.Multiplexer,
                RedisChannel.Literal(pump.Queue.Keys.Bell),
                message => Rang(pump, message.ToString()),
                // What was rung while the connection was away was not heard.
                restored: () =>
                {
                    stager.Wake(pump.Queue.Name);
                    pump.Wake();
                });
            pump.Open();
            if (options.Value.RunWithoutTrigger)
            {
                pump.Drive();
            }
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Comes before anything else of the app is stopped: a web server, say, which waits for its requests.</summary>
    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        pumps.Abandon();
        return Task.CompletedTask;
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        var running = pumps.All.Sum(pump => pump.Attempts.Count);
        if (running > 0)
        {
            LogStopping(running, options.Value.ShutdownGrace);
        }

        await Task.WhenAll(pumps.All.Select(pump => pump.StopAsync(options.Value.ShutdownGrace)));
        listening.Stop();
    }

    private void Rang(QueuePump pump, string message)
    {
        switch (message)
        {
            case "available":
                watchdog.Rang(pump);
                pump.Wake();
                break;
            case "scheduled":
                stager.Wake(pump.Queue.Name);
                break;
            default:
                if (message.StartsWith("cancel ", StringComparison.Ordinal))
                {
                    _ = CancelIfAskedAsync(pump, message["cancel ".Length..]);
                }

                break;
        }
    }

    // A bell is heard in all databases of a server, and when the id may be another job's by then: the record decides.
    private async Task CancelIfAskedAsync(QueuePump pump, string id)
    {
        try
        {
            var found = pump.Attempts.FirstOrDefault(attempt => attempt.Job.Id == id);
            if (found is null)
            {
                // Its fetch, or the message that brings it, may be on its way.
                await Task.Delay(300);
                found = pump.Attempts.FirstOrDefault(attempt => attempt.Job.Id == id);
            }

            if (found is { } attempt
                && (await Renew.RunAsync(pump.Queue, [attempt.Job])).Cancelled.Length > 0)
            {
                attempt.Cancel(CancelReason.Requested);
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            LogCancelNotRead(id, pump.Queue.Name, e.GetType().Name);
        }
    }
}
