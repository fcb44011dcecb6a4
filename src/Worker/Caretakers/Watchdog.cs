using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace FunctionJobs.Worker;

/// <summary>
/// Watches over the trigger. Jobs that are available while no invocation arrives mean that the trigger's listener is dead: it is
/// said once in the log, shown in health and as a metric, and the pump is driven from here until an invocation comes back.
/// </summary>
internal sealed partial class Watchdog : IHealthCheck, IDisposable
{
    private readonly WorkerSettings settings;
    private readonly ILogger<Watchdog> log;
    private readonly ConcurrentDictionary<string, Watch> watches = new(StringComparer.Ordinal);

    public Watchdog(WorkerSettings settings, ILogger<Watchdog> log)
    {
        this.settings = settings;
        this.log = log;
        JobTelemetry.Meter.CreateObservableGauge(
            "functionjobs.trigger.silent",
            () => watches.Select(watch => new Measurement<int>(watch.Value.TriggerIsDead ? 1 : 0, new KeyValuePair<string, object?>("queue", watch.Key))),
            "1",
            "1 while jobs are available and no invocation arrives, and the watchdog drives the pump.");
    }

    /// <summary>The metric's instrument stays with the process; of this worker's queues it tells no more.</summary>
    public void Dispose() => watches.Clear();

    /// <summary>Takes in what the rescuer saw.</summary>
    public void Saw(QueuePump pump, long available)
    {
        if (pump.Queue.Options.RunWithoutTrigger)
        {
            pump.Drive();
            return;
        }

        var watch = watches.GetOrAdd(pump.Queue.Name, _ => new Watch());
        var now = settings.Time.GetTimestamp();
        if (watch.TriggerIsDead && pump.LastInvocation > watch.FoundDeadAt)
        {
            watch.TriggerIsDead = pump.TriggerIsDead = false;
            LogBack(pump.Queue.Name);
        }

        if (available == 0 || pump.IsDriving)
        {
            watch.WaitingSince = 0;
        }
        else if (watch.WaitingSince == 0)
        {
            watch.WaitingSince = now;
        }

        if (watch.WaitingSince == 0 || pump.IsStopping)
        {
            return;
        }

        var after = pump.Queue.Options.WatchdogAfter;
        var silence = settings.Time.GetElapsedTime(Math.Max(watch.WaitingSince, pump.LastInvocation), now);
        if (!watch.TriggerIsDead && silence >= after)
        {
            watch.FoundDeadAt = now;
            watch.TriggerIsDead = pump.TriggerIsDead = true;
            LogDead(available, pump.Queue.Name, silence.TotalSeconds, pump.Queue.Keys.Trigger.ToString());
        }

        if (watch.TriggerIsDead)
        {
            pump.Drive();
        }
    }

    /// <summary>The bell rang: with a dead trigger nobody else would start the pump.</summary>
    public void Rang(QueuePump pump)
    {
        if (pump.Queue.Options.RunWithoutTrigger || (watches.TryGetValue(pump.Queue.Name, out var watch) && watch.TriggerIsDead))
        {
            pump.Drive();
        }
    }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var dead = watches.Where(watch => watch.Value.TriggerIsDead).Select(watch => watch.Key).ToList();
        return Task.FromResult(dead.Count == 0
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Degraded(
                $"The trigger of {string.Join(", ", dead)} brings no invocations; the worker runs the jobs without it. Restart the app to get it back."));
    }

    private sealed class Watch
    {
        public bool TriggerIsDead { get; set; }

        public long FoundDeadAt { get; set; }

        public long WaitingSince { get; set; }
    }
}
