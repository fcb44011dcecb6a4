using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace FunctionJobs;

/// <summary>Traces and metrics. Add the source and the meter of this name to OpenTelemetry.</summary>
public static class JobTelemetry
{
    /// <summary>The name of the <see cref="ActivitySource"/> and of the <see cref="Meter"/>: <c>FunctionJobs</c>.</summary>
    public const string Name = "FunctionJobs";

    internal const string JobIdTag = "messaging.message.id";
    internal const string ErrorTypeTag = "error.type";

    internal static readonly ActivitySource Source = new(Name);
    internal static readonly Meter Meter = new(Name);

    private static readonly Counter<long> EnqueuedJobs =
        Meter.CreateCounter<long>("functionjobs.enqueued", "{job}", "Jobs created by enqueue.");

    private static readonly Counter<long> CancelledJobs =
        Meter.CreateCounter<long>("functionjobs.cancelled", "{job}", "Jobs cancelled while they did not run.");

    private static readonly Counter<long> RequeuedJobs =
        Meter.CreateCounter<long>("functionjobs.requeued", "{job}", "Dead letters that were let run again.");

    internal static void Cancelled(string queue) => CancelledJobs.Add(1, new KeyValuePair<string, object?>("queue", queue));

    internal static void Requeued(string queue) => RequeuedJobs.Add(1, new KeyValuePair<string, object?>("queue", queue));

    internal static Activity? StartEnqueue(string jobName, string queue)
    {
        var activity = Source.StartActivity($"enqueue {jobName}", ActivityKind.Producer);
        activity?.SetTag("messaging.system", "redis");
        activity?.SetTag("messaging.operation.name", "enqueue");
        activity?.SetTag("messaging.operation.type", "send");
        activity?.SetTag("messaging.destination.name", queue);
        return activity;
    }

    /// <returns>False: as an exception filter it lets the exception pass.</returns>
    internal static bool Failed(Activity? activity, Exception exception)
    {
        activity?.SetTag(ErrorTypeTag, exception.GetType().Name);
        activity?.SetStatus(ActivityStatusCode.Error, exception.GetType().Name);
        return false;
    }

    internal static void Enqueued(string queue, int count)
    {
        if (EnqueuedJobs.Enabled)
        {
            EnqueuedJobs.Add(count, new KeyValuePair<string, object?>("queue", queue));
        }
    }
}
