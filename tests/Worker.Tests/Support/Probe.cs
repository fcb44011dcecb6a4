using FunctionJobs.Worker;

namespace FunctionJobs.Tests;

/// <summary>A job whose handler is written by each test.</summary>
public sealed record Probe(string Word) : IJob
{
    public static string JobName => "probe";

    public static JobQueue Queue { get; } = JobQueue.List("probe");
}

/// <summary>What the handler of a test's worker does.</summary>
public sealed record ProbeScript(Func<Probe, JobContext, Task<string?>> Run);

public sealed class ProbeHandler(ProbeScript script) : IJobHandler<Probe, string?>
{
    public Task<string?> HandleAsync(Probe job, JobContext context) => script.Run(job, context);
}

/// <summary>A job that only a newer version of the app knows.</summary>
public sealed record NewerProbe(string Word) : IJob
{
    public static string JobName => "newer";

    public static JobQueue Queue { get; } = JobQueue.List("probe");
}

public sealed class NewerProbeHandler(ProbeScript script) : IJobHandler<NewerProbe, string?>
{
    public Task<string?> HandleAsync(NewerProbe job, JobContext context) => script.Run(new Probe(job.Word), context);
}
