namespace FunctionJobs.Bench;

/// <summary>How much of everything. The quick ones show that the benchmark works, and nothing else.</summary>
internal sealed record Sizes
{
    /// <summary>
    /// Enqueued one by one before anything is measured of a process that is to be warm: a few seconds, after which the runtimes that
    /// compile as they go have compiled what counts.
    /// </summary>
    public int WarmUp { get; init; } = 100_000;

    public int WarmUpSlow { get; init; } = 20_000;

    public int WarmUpBulk { get; init; } = 100_000;

    public int WarmUpLatency { get; init; } = 5_000;

    public int Enqueue { get; init; } = 20_000;

    public int Bulk { get; init; } = 100_000;

    public int DrainSmall { get; init; } = 10_000;

    public int DrainLarge { get; init; } = 100_000;

    /// <summary>At most so many for a system that runs about a thousand a second: its rate does not change with more.</summary>
    public int DrainSlow { get; init; } = 20_000;

    public int Together { get; init; } = 50_000;

    public int TogetherSlow { get; init; } = 10_000;

    public int LatencyBusy { get; init; } = 500;

    public int LatencyIdle { get; init; } = 120;

    /// <summary>
    /// How long an idle worker is watched. Hangfire looks for what is due every 15 s, BullMQ for stalled jobs every 30: a shorter time has
    /// either none of that in it or too much.
    /// </summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How often a worker is killed.</summary>
    public int Kills { get; init; } = 5;

    public int Grown { get; init; } = 1_000_000;

    public int GrownDead { get; init; } = 100_000;

    public int Photos { get; init; } = 200;

    public int WarmUpOf(BenchSystem system) => system.IsSlow ? WarmUpSlow : WarmUp;

    public static Sizes Quick { get; } = new()
    {
        WarmUp = 10_000,
        WarmUpSlow = 500,
        WarmUpBulk = 500,
        WarmUpLatency = 100,
        Enqueue = 5_000,
        Bulk = 5_000,
        DrainSmall = 2_000,
        DrainLarge = 5_000,
        DrainSlow = 3_000,
        Together = 2_000,
        TogetherSlow = 1_000,
        LatencyBusy = 50,
        LatencyIdle = 3,
        Idle = TimeSpan.FromSeconds(3),
        Kills = 2,
        Grown = 20_000,
        GrownDead = 5_000,
        Photos = 10,
    };
}
