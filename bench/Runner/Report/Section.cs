namespace FunctionJobs.Bench;

/// <summary>A part of the page: some metrics with a table and, where it helps, a chart.</summary>
/// <param name="Name">Of the chart's file.</param>
/// <param name="Heading">As it stands on the page.</param>
/// <param name="Has">Which metrics, by key.</param>
/// <param name="InChart">Which of them the chart shows.</param>
internal sealed record Section(string Name, string Heading, Func<string, bool> Has, Func<string, bool> InChart)
{
    public static readonly IReadOnlyList<Section> All =
    [
        new("enqueue", "Enqueue", key => key is "enqueue-10" or "enqueue-50" or "enqueue-bulk", _ => true),
        new("drain", "Drain", key => key == "together" || IsDrain(key), key => !key.EndsWith("-warm", StringComparison.Ordinal)),
        new("latency", "From enqueue to start", key => key.StartsWith("latency-", StringComparison.Ordinal), key => !key.EndsWith("p95", StringComparison.Ordinal)),
        new("cost", "What a job costs", IsCost, key => key is "waiting-bytes" or "worker-memory" or "worker-cpu" or "drain-redis-cpu"),
        new("processes", "More worker processes", key => key.StartsWith("processes-", StringComparison.Ordinal), key => !IsUse(key)),
        new("idle", "An idle worker", key => key.StartsWith("idle-", StringComparison.Ordinal), _ => false),
        new("recovery", "After a kill -9", key => key == Metrics.Recovery.Key || key == Metrics.RecoverySlowest.Key, _ => false),
        new("growth", "Growth", key => key.StartsWith(Growth.Prefix, StringComparison.Ordinal) && !Growth.IsTimes(key), _ => false),
        new("images", "Pictures", IsPictures, _ => true),
        new("machine", "The machine meanwhile", IsMachine, _ => false),
    ];

    public static bool IsPictures(string key) => key.StartsWith("images-", StringComparison.Ordinal);

    /// <summary>How fast the machine was and how much of a core was used meanwhile: neither good nor bad.</summary>
    public static bool IsUse(string key) => IsMachine(key)
        || (key.StartsWith("processes-", StringComparison.Ordinal) && key.Split('-')[^1] is "redis" or "cpu" or "machine");

    private static bool IsMachine(string key) => key == Metrics.MachineSpeed.Key;

    private static bool IsDrain(string key) => key.StartsWith("drain-", StringComparison.Ordinal) && key.Contains("-at-", StringComparison.Ordinal);

    private static bool IsCost(string key) =>
        key is "waiting-bytes" or "enqueue-commands" or "enqueue-bytes" or "enqueue-cpu" or "worker-cpu" or "worker-memory"
        || (key.StartsWith("drain-", StringComparison.Ordinal) && !IsDrain(key));
}
