using System.Globalization;

namespace FunctionJobs.Bench;

/// <summary>What the project set itself, and which figure shows it.</summary>
/// <param name="Title">As the page has it.</param>
/// <param name="Key">Of the metric.</param>
/// <param name="Limit">In the metric's own unit.</param>
/// <param name="AtLeast">Whether the figure must reach the limit; otherwise it must not pass it.</param>
internal sealed record Target(string Title, string Key, double Limit, bool AtLeast = false)
{
    public static readonly IReadOnlyList<Target> All =
    [
        new("enqueue one by one, 10 callers, jobs/s", "enqueue-10", 35_000, AtLeast: true)
        {
            Peers = new() { ["BullMQ"] = 11_900, ["Hangfire"] = 3_300, ["Sidekiq"] = 5_200, ["Celery"] = 1_800 },
        },
        new("enqueue in bulk, jobs/s", "enqueue-bulk", 100_000, AtLeast: true) { Peers = new() { ["BullMQ"] = 16_800, ["Sidekiq"] = 82_600 } },
        new("drain 10,000 from a cold process, jobs/s", "drain-10000-at-10", 30_000, AtLeast: true)
        {
            Peers = new() { ["BullMQ"] = 9_670, ["Hangfire"] = 854, ["Sidekiq"] = 4_650, ["Celery"] = 1_140 },
        },
        new("drain 100,000 from a cold process, jobs/s", "drain-100000-at-10", 40_000, AtLeast: true)
        {
            Peers = new() { ["BullMQ"] = 15_900, ["Hangfire"] = 1_190, ["Sidekiq"] = 5_840 },
        },
        new("enqueue and drain together, jobs/s", "together", 20_000, AtLeast: true),
        new("enqueue to start, lingering worker, p50, ms", "latency-busy-p50", 0.8)
        {
            Peers = new() { ["BullMQ"] = 1.8, ["Hangfire"] = 3.9, ["Sidekiq"] = 1.15, ["Celery"] = 2.4 },
        },
        new("enqueue to start, lingering worker, p99, ms", "latency-busy-p99", 2)
        {
            Peers = new() { ["BullMQ"] = 5, ["Hangfire"] = 42, ["Sidekiq"] = 2, ["Celery"] = 3.4 },
        },
        new("enqueue to start, from cold, p50, ms", "latency-idle-p50", 30),
        new("enqueue to start, from cold, p99, ms", "latency-idle-p99", 60),
        new("kill -9, the jobs run again after, s", "recovery", 5),
        new("kill -9, the jobs run again after, the slowest of all, s", "recovery-slowest", 5) { IsOfTheWorst = true },
        new("worker memory, MB", "worker-memory", 90),
        new("Redis memory per waiting job, bytes", "waiting-bytes", 800),
        new("commands per second of an idle worker, per queue", "idle-commands", 25),
        new("memory while photos are resized, MB", "images-memory", 500),
    ];

    /// <summary>The peers' figures on the machine for which the limit was set.</summary>
    public Dictionary<string, double> Peers { get; init; } = [];

    /// <summary>Whether no round may miss it; otherwise the median of the rounds counts.</summary>
    public bool IsOfTheWorst { get; init; }

    /// <summary>What is held against the limit.</summary>
    public double Measured(Summary rounds) => !IsOfTheWorst ? rounds.Median : AtLeast ? rounds.Min : rounds.Max;

    public bool IsMet(double value) => AtLeast ? value >= Limit : value <= Limit;

    /// <summary>With <c>≥</c> or <c>≤</c>.</summary>
    public string LimitText => $"{(AtLeast ? "≥" : "≤")} {Limit.ToString("#,0.##", CultureInfo.InvariantCulture)}";
}
