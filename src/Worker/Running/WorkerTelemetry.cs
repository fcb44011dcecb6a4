using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace FunctionJobs.Worker;

/// <summary>The worker's part of <see cref="JobTelemetry"/>.</summary>
internal static class WorkerTelemetry
{
    private static readonly Counter<long> Transitions =
        JobTelemetry.Meter.CreateCounter<long>("functionjobs.transitions", "{job}", "Moves of jobs, by queue and by what happened.");

    // Without them OpenTelemetry takes 0, 5, 10 …, which are meant for milliseconds.
    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 240, 300, 600, 3600],
    };

    private static readonly Histogram<double> RunTime =
        JobTelemetry.Meter.CreateHistogram("functionjobs.run.duration", "s", "How long attempts ran.", tags: null, Seconds);

    private static readonly Histogram<double> WaitTime =
        JobTelemetry.Meter.CreateHistogram("functionjobs.wait.duration", "s", "How long jobs waited from their enqueue to the start of an attempt.", tags: null, Seconds);

    private static readonly ConcurrentDictionary<string, RescueReport> Queues = new(StringComparer.Ordinal);

    static WorkerTelemetry()
    {
        JobTelemetry.Meter.CreateObservableGauge(
            "functionjobs.queue.available", () => Look(report => report.Available), "{job}", "Jobs that may run now.");
        JobTelemetry.Meter.CreateObservableGauge(
            "functionjobs.queue.executing", () => Look(report => report.Executing), "{job}", "Jobs that some worker runs.");
        JobTelemetry.Meter.CreateObservableGauge(
            "functionjobs.queue.age", () => Look(report => report.Age.TotalSeconds), "s", "Time since the first available job was enqueued.");
    }

    public static void Saw(string queue, RescueReport report) => Queues[queue] = report;

    /// <summary>Nobody can look at the queue: nothing is shown of it rather than what was.</summary>
    public static void Forget(string queue) => Queues.TryRemove(queue, out _);

    public static Activity? StartAttempt(string queue, LeasedJob job, JobEnvelope envelope)
    {
        if (!JobTelemetry.Source.HasListeners())
        {
            return null;
        }

        ActivityContext.TryParse(envelope.TraceParent, envelope.TraceState, isRemote: true, out var parent);
        var activity = JobTelemetry.Source.StartActivity($"run {envelope.Name}", ActivityKind.Consumer, parent);
        activity?.SetTag("messaging.system", "redis");
        activity?.SetTag("messaging.operation.name", "run");
        activity?.SetTag("messaging.operation.type", "process");
        activity?.SetTag("messaging.destination.name", queue);
        activity?.SetTag(JobTelemetry.JobIdTag, job.Id);
        activity?.SetTag("functionjobs.attempt", job.Attempt);
        return activity;
    }

    /// <summary>An attempt that failed is an error, whatever its handler said; one that was given back, cancelled or lost is none.</summary>
    public static void Ended(Activity? activity, Outcome outcome)
    {
        var error = outcome switch
        {
            Outcome.RetryOutcome retry => retry.Error,
            Outcome.DiscardOutcome discard => discard.Error,
            _ => null,
        };
        if (error is not null)
        {
            activity?.SetTag(JobTelemetry.ErrorTypeTag, error.Kind);
            activity?.SetStatus(ActivityStatusCode.Error, error.Kind);
        }
    }

    /// <summary>Times of Redis and of this process's own clock are each compared among themselves: clocks may disagree.</summary>
    public static void Started(string queue, DateTimeOffset enqueuedAt, Attempt attempt)
    {
        if (WaitTime.Enabled)
        {
            var waited = DateTimeOffset.FromUnixTimeMilliseconds(attempt.Job.LeasedAt) - enqueuedAt + attempt.StartedAfter;
            WaitTime.Record(Math.Max(0, waited.TotalSeconds), new KeyValuePair<string, object?>("queue", queue));
        }
    }

    public static void Ran(string queue, string jobName, TimeSpan elapsed)
    {
        if (RunTime.Enabled)
        {
            RunTime.Record(elapsed.TotalSeconds, new("queue", queue), new("job", jobName));
        }
    }

    public static void Moved(string queue, string move, long count)
    {
        if (count > 0 && Transitions.Enabled)
        {
            Transitions.Add(count, new("queue", queue), new("move", move));
        }
    }

    private static IEnumerable<Measurement<T>> Look<T>(Func<RescueReport, T> value)
        where T : struct =>
        Queues.Select(queue => new Measurement<T>(value(queue.Value), new KeyValuePair<string, object?>("queue", queue.Key)));
}
