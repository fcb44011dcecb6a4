using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace FunctionJobs.Worker;

/// <summary>Sleeps until the next job is due, makes it available, and adopts what was pushed into the inbox.</summary>
internal sealed partial class Stager(QueuePumps pumps, InboxAdopter inbox, WorkerSettings settings, ILogger<Stager> log)
    : BackgroundService
{
    // The inbox has no bell: whoever pushes there knows nothing of us. Its length is one command.
    private static readonly TimeSpan LookIntoInbox = TimeSpan.FromSeconds(1);

    // The bell tells of a job that is due before all others; pub/sub may lose a message.
    private static readonly TimeSpan StageAnyway = TimeSpan.FromSeconds(5);

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
            var wait = LookIntoInbox;
            try
            {
                var (_, nextIn, waiting) = await Stage.RunAsync(queue);
                var isEmpty = waiting == 0 || await inbox.AdoptAsync(queue);
                wait = !isEmpty ? TimeSpan.Zero : nextIn < StageAnyway ? nextIn.Value : StageAnyway;
            }
            catch (Exception e)
            {
                LogFailed(queue.Name, e.GetType().Name, e.Message);
            }

            try
            {
                await WaitAsync(queue, wakeup, wait, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <summary>Waits until the next job is due, the bell rings, or the inbox has something.</summary>
    private async Task WaitAsync(WorkerQueue queue, Wakeup wakeup, TimeSpan wait, CancellationToken stoppingToken)
    {
        var started = settings.Time.GetTimestamp();
        while (true)
        {
            var left = wait - settings.Time.GetElapsedTime(started);
            if (left <= TimeSpan.Zero)
            {
                return;
            }

            // A millisecond more than the rest: timers may be early, and an early look finds nothing.
            var pause = left < LookIntoInbox ? left + TimeSpan.FromMilliseconds(1) : LookIntoInbox;
            if (await wakeup.WaitAsync(pause, stoppingToken) || (left > LookIntoInbox && await InboxHasAnyAsync(queue)))
            {
                return;
            }
        }
    }

    private static async Task<bool> InboxHasAnyAsync(WorkerQueue queue)
    {
        try
        {
            return await queue.Redis.ListLengthAsync(queue.Keys.Inbox) > 0;
        }
        catch (Exception e) when (e is RedisException or TimeoutException or OperationCanceledException)
        {
            // The next look by the script tells of it.
            return true;
        }
    }

    private Wakeup WakeupOf(string queue) => wakeups.GetOrAdd(queue, static _ => new Wakeup());
}
