using System.Globalization;

namespace FunctionJobs.Bench;

/// <summary>All that is measured, in the order of the tables.</summary>
internal static class Metrics
{
    private const string Rate = "jobs/s";

    public static readonly Metric Enqueue10 = new("enqueue-10", "enqueue one by one, 10 callers", Rate, true);
    public static readonly Metric Enqueue50 = new("enqueue-50", "enqueue one by one, 50 callers", Rate, true);
    public static readonly Metric Bulk = new("enqueue-bulk", "enqueue in bulk", Rate, true);
    public static readonly Metric EnqueueCommands = new("enqueue-commands", "Redis commands per enqueue, those in scripts included", "commands");
    public static readonly Metric EnqueueBytes = new("enqueue-bytes", "bytes to and from Redis per enqueue", "bytes");
    public static readonly Metric EnqueueCpu = new("enqueue-cpu", "producer's CPU per 1,000 enqueues", "s");
    public static readonly Metric WaitingBytes = new("waiting-bytes", "Redis memory per waiting job", "bytes");
    public static readonly Metric Together = new("together", "enqueue (10 callers) and drain together", Rate, true);
    public static readonly Metric DrainCommands = new("drain-commands", "Redis commands per job run, those in scripts included", "commands");
    public static readonly Metric DrainReads = new("drain-reads", "reads from sockets in Redis per job run", "reads");
    public static readonly Metric DrainBytes = new("drain-bytes", "bytes to and from Redis per job run", "bytes");
    public static readonly Metric DrainRedisCpu = new("drain-redis-cpu", "Redis's CPU per 1,000 jobs run", "s");
    public static readonly Metric WorkerCpu = new("worker-cpu", "worker's CPU per 1,000 jobs run", "s");
    public static readonly Metric WorkerMemory = new("worker-memory", "worker memory at its peak, 10 at a time", "MB");
    public static readonly Metric IdleCommands = new("idle-commands", "Redis commands per second of an idle worker with one queue, those in scripts included", "commands/s");
    public static readonly Metric IdleCpu = new("idle-cpu", "CPU of an idle worker", "% of a core");

    public static readonly Metric Recovery = new("recovery", "kill -9 of a worker until another has started its 10 jobs again", "s");
    public static readonly Metric RecoverySlowest = new("recovery-slowest", "kill -9 of a worker until another has started its 10 jobs again, the slowest of a round", "s");

    /// <summary>Before and after each step of a system.</summary>
    public static readonly Metric MachineSpeed = new("machine-speed", "how often a core sorts 2,000 numbers, before and after each step", "a second", true);

    public static readonly Metric Images = new("images-rate", "photos of 24 megapixels resized, 2 at a time", "photos/s", true);
    public static readonly Metric ImagesMemory = new("images-memory", "memory at its peak meanwhile", "MB");

    /// <summary>With how many worker processes a drain is measured.</summary>
    public static readonly int[] ProcessCounts = [1, 2, 4];

    public static readonly string[] Percentiles = ["p50", "p95", "p99"];

    /// <summary>By the number of jobs as they count: a thousand is written with a comma.</summary>
    public static Metric Drain(int jobs, int concurrency) => new(
        Key($"drain-{jobs}-at-{concurrency}"), Key($"drain {jobs:N0}, {concurrency} at a time, from a cold process"), Rate, true);

    /// <summary>The same run without the process's start.</summary>
    public static Metric DrainFromFirst(int jobs, int concurrency) => new(
        Key($"drain-{jobs}-at-{concurrency}-warm"), Key($"drain {jobs:N0}, {concurrency} at a time, from the first job"), Rate, true);

    public static Metric Latency(bool idle, string percentile) => new(
        $"latency-{(idle ? "idle" : "busy")}-{percentile}",
        $"enqueue to start, {(idle ? "worker idle for more than a second" : "a job every 20 ms")}, {percentile}",
        "ms");

    public static Metric Processes(int processes, Work work) => new(
        ProcessesKey(processes, work), Key($"drain {work.Jobs} with {Count(processes)} of {work.Concurrency} at a time"), Rate, true);

    public static Metric ProcessesRedis(int processes, Work work) => new(
        ProcessesKey(processes, work) + "-redis", Key($"Redis's share of a core meanwhile, {work.Jobs}, {Count(processes)}"), "%");

    public static Metric ProcessesCpu(int processes, Work work) => new(
        ProcessesKey(processes, work) + "-cpu", Key($"the workers' share of a core meanwhile, {work.Jobs}, {Count(processes)}"), "%");

    public static Metric ProcessesMachine(int processes, Work work) => new(
        ProcessesKey(processes, work) + "-machine", Key($"what of all cores was used meanwhile, {work.Jobs}, {Count(processes)}"), "%");

    private static string ProcessesKey(int processes, Work work) => Key($"processes-{processes}{work.Suffix}");

    private static string Count(int processes) => processes == 1 ? "1 worker process" : Key($"{processes} worker processes");

    private static string Key(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>What the jobs of a drain do, and how many of them a worker process runs at a time.</summary>
/// <param name="Wait">How long each waits, in milliseconds.</param>
/// <param name="Concurrency">How many a process runs at a time.</param>
internal sealed record Work(int Wait, int Concurrency)
{
    public static readonly Work Nothing = new(0, 10);

    public static readonly Work Waiting = new(10, 100);

    public string Jobs => Wait == 0 ? "no-op jobs" : string.Create(CultureInfo.InvariantCulture, $"jobs that wait {Wait} ms");

    /// <summary>Of the metric's key.</summary>
    public string Suffix => Wait == 0 ? string.Empty : "-waiting";
}
