using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FunctionJobs.Worker;

/// <summary>Deletes old dead letters and what the doorbell has too much.</summary>
internal sealed partial class Pruner(QueuePumps pumps, WorkerSettings settings, ILogger<Pruner> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, settings.Time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var pump in pumps.All)
            {
                await PruneAsync(pump.Queue, stoppingToken);
            }
        }
    }

    private async Task PruneAsync(WorkerQueue queue, CancellationToken stoppingToken)
    {
        try
        {
            var mayBeMore = true;
            while (mayBeMore && !stoppingToken.IsCancellationRequested)
            {
                (mayBeMore, var wasOtherKind) = await Prune.RunAsync(queue);
                if (wasOtherKind)
                {
                    log.OtherKind(queue);
                }
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            LogFailed(queue.Name, e.GetType().Name, e.Message);
        }
    }
}
