using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FunctionJobs.Worker;

/// <summary>Sleeps until the next job is due, makes it available, and adopts what was pushed into the inbox.</summary>
internal sealed partial class Stager(QueuePumps pumps, InboxAdopter inbox, ILogger<Stager> log)
    : BackgroundService
{
    // The inbox has no bell: whoever pushes there knows nothing of us.
    private static readonly TimeSpan LookAnyway = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, Wakeup> wakeups = new(StringComparer.Ordinal);

    /// <summary>The bell rang: a job was scheduled earlier than all others.</summary>
    public void Wake(string queue) => WakeupOf(queue).Signal();

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(pumps.All.Select(pump => StageAsync(pump.Queue, stoppingToken)));

    private async Task StageAsync(WorkerQueue queue, CancellationToken stoppingToken)
    {
        var wakeup = WakeupOf(queue.Name);
        while (!stoppingToken.IsCancellationRequested)
        {
            var wait = LookAnyway;
            try
            {
                var (staged, nextIn, waiting) = await Stage.RunAsync(queue);
                WorkerTelemetry.Moved(queue.Name, "staged", staged);
                if (waiting > 0)
                {
                    await inbox.AdoptAsync(queue);
                }

                wait = nextIn < LookAnyway ? nextIn.Value : LookAnyway;
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                LogFailed(queue.Name, e.GetType().Name, e.Message);
            }

            try
            {
                // A millisecond more than the rest: timers may be early, and an early look finds nothing.
                await wakeup.WaitAsync(wait == TimeSpan.Zero ? wait : wait + TimeSpan.FromMilliseconds(1), stoppingToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private Wakeup WakeupOf(string queue) => wakeups.GetOrAdd(queue, static _ => new Wakeup());

    [LoggerMessage(LogLevel.Warning, "Due jobs of queue {Queue} could not be staged ({Error}: {Message}); trying again.")]
    private partial void LogFailed(string queue, string error, string message);
}
