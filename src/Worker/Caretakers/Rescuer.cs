using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace FunctionJobs.Worker;

/// <summary>
/// Looks after jobs that nobody runs and doorbells that nobody answers; tells the watchdog what it saw. Safe in every instance.
/// </summary>
internal sealed partial class Rescuer(QueuePumps pumps, Watchdog watchdog, WorkerSettings settings, ILogger<Rescuer> log)
    : BackgroundService
{
    private static readonly TimeSpan WhenBusy = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan WhenIdle = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan WhenInDoubt = TimeSpan.FromSeconds(0.4);

    // A line of a log is to be read.
    private const int NamedAtMost = 20;

    // Looks fall on it, so that queues which have waited differently share a call again.
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(0.1);

    private readonly SharedRescue shared = new(settings.Time);
    private readonly long started = settings.Time.GetTimestamp();

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(pumps.All.Select(pump => WatchAsync(pump, stoppingToken)));

    private async Task WatchAsync(QueuePump pump, CancellationToken stoppingToken)
    {
        var contact = new Contact(settings.Time);
        var absences = new Absences();
        // The connection may be the app's and outlive the worker.
        void Lost(object? sender, ConnectionFailedEventArgs e) => contact.Lost();
        pump.Queue.Multiplexer.ConnectionFailed += Lost;
        pump.Queue.Multiplexer.ConnectionRestored += Lost;
        using var end = stoppingToken.Register(() =>
        {
            pump.Queue.Multiplexer.ConnectionFailed -= Lost;
            pump.Queue.Multiplexer.ConnectionRestored -= Lost;
        });
        while (!stoppingToken.IsCancellationRequested)
        {
            var wait = WhenBusy;
            try
            {
                if (!pump.Queue.Multiplexer.IsConnected)
                {
                    // The call waits for the connection and runs before the others are back.
                    contact.Lost();
                }

                var isSteady = contact.IsSteady;
                var silence = SilenceOf(isSteady, pump.Queue.Options.Lease);
                var report = await shared.RunAsync(new Look(pump.Queue, silence, absences.Suspects));
                contact.Held();
                absences.Saw(report.AbsentWorkers, isSteady && contact.IsSteady);
                WorkerTelemetry.Saw(pump.Queue.Name, report);
                Tell(pump.Queue, report);
                await pump.Queue.Unanswered.GiveBackAsync(pump.Queue);
                watchdog.Saw(pump, report.Available);
                if (report.Rescued.Length > 0)
                {
                    // They have waited long enough, and the dead worker's may have been the last trigger that lived.
                    pump.Drive();
                }

                wait = report is { Available: 0, Executing: 0, Rescued.Length: 0 } ? WhenIdle
                    : absences.AreInDoubt || !isSteady ? WhenInDoubt
                    : WhenBusy;
            }
            catch (Exception e)
            {
                contact.Lost();
                WorkerTelemetry.Forget(pump.Queue.Name);
                LogFailed(pump.Queue.Name, e.GetType().Name, e.Message);
            }

            await Task.Delay(ToBeat(wait), settings.Time, stoppingToken).ContinueWith(static _ => { }, TaskScheduler.Default);
        }
    }

    /// <summary>How old the heartbeat of a worker that nobody hears may be. After an outage its leases decide, which it renews meanwhile.</summary>
    internal static TimeSpan SilenceOf(bool isSteady, TimeSpan lease) => isSteady || lease < Presence.Silence ? Presence.Silence : lease;

    private TimeSpan ToBeat(TimeSpan wait)
    {
        var at = settings.Time.GetElapsedTime(started) + wait;
        return wait + (Math.Round(at / Beat) * Beat) - at;
    }

    private void Tell(WorkerQueue served, RescueReport report)
    {
        var queue = served.Name;
        if (report.WasOtherKind)
        {
            log.OtherKind(served);
        }

        foreach (var dead in report.DeadWorkers)
        {
            LogDead(dead, queue);
        }

        if (report.Rescued.Length > 0)
        {
            var named = string.Join(", ", report.Rescued.Take(NamedAtMost));
            LogRescued(report.Rescued.Length, queue, report.Rescued.Length > NamedAtMost ? named + " …" : named);
        }
    }
}
