using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FunctionJobs.Worker;

/// <summary>
/// Renews the leases of all running attempts, one call per queue, and cancels those whose lease is lost: because another worker
/// has the job, or because Redis could not be reached for as long as the lease lasts.
/// </summary>
internal sealed partial class Renewer(QueuePumps pumps, IOptions<JobWorkerOptions> options, WorkerSettings settings, ILogger<Renewer> log)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var every = options.Value.RenewEvery;
        var tick = every < TimeSpan.FromSeconds(1) ? every : TimeSpan.FromSeconds(1);
        var started = settings.Time.GetTimestamp();
        var renewals = pumps.All.ToDictionary(pump => pump, _ => (At: started, Call: Task.CompletedTask));
        using var timer = new PeriodicTimer(tick, settings.Time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            CancelOutlived();
            foreach (var pump in pumps.All)
            {
                var last = renewals[pump];
                // Not awaited here: a Redis that does not answer must keep neither the handlers from learning that their time is over, nor,
                // being one node of a cluster, the other queues from being renewed.
                if (last.Call.IsCompleted && settings.Time.GetElapsedTime(last.At) >= every - (tick / 2))
                {
                    renewals[pump] = (settings.Time.GetTimestamp(), RenewAsync(pump));
                }
            }
        }
    }

    // Needs no Redis: a process that was frozen learns here, at once when it wakes, that its time is over.
    private void CancelOutlived()
    {
        foreach (var (queue, attempt) in pumps.All.SelectMany(pump => pump.Attempts, (pump, attempt) => (pump.Queue.Name, attempt)))
        {
            if (settings.Time.GetElapsedTime(attempt.HeldAt) > options.Value.Lease && attempt.Reason != CancelReason.LeaseLost)
            {
                LogOutlived(attempt.Job.Id, queue, options.Value.Lease);
                attempt.Cancel(CancelReason.LeaseLost);
            }
        }
    }

    private async Task RenewAsync(QueuePump pump)
    {
        var attempts = pump.Attempts.Where(attempt => attempt.Reason != CancelReason.LeaseLost).ToList();
        if (attempts.Count == 0)
        {
            return;
        }

        try
        {
            var before = settings.Time.GetTimestamp();
            var (lost, cancelled) = await Renew.RunAsync(pump.Queue, [.. attempts.Select(attempt => attempt.Job)]);
            foreach (var attempt in attempts)
            {
                attempt.HeldAt = before;
            }

            foreach (var attempt in attempts.Where(attempt => lost.Contains(attempt.Job.Id) && !attempt.HandlerEnded))
            {
                LogLost(attempt.Job.Id, pump.Queue.Name);
                attempt.Cancel(CancelReason.LeaseLost);
            }

            foreach (var id in cancelled)
            {
                pump.CancelAttempt(id, CancelReason.Requested);
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            LogFailed(attempts.Count, pump.Queue.Name, e.GetType().Name);
        }
    }
}
