using FunctionJobs.Bench;

namespace FunctionJobs.Tests;

public sealed class IdleMeasurementTests
{
    private static readonly IReadOnlyList<BenchSystem> Systems = new Catalog("bench").All;

    [Fact]
    public void An_idle_worker_is_watched_for_longer_than_any_peer_pauses() =>
        // BullMQ's look for stalled jobs, every 30 s, is the rarest.
        Assert.All(
            Systems.Where(system => !system.DiffersIdle),
            system => Assert.InRange(IdleMeasurement.WatchedOf(system, new Sizes().Idle), TimeSpan.FromSeconds(60), TimeSpan.MaxValue));

    [Fact]
    public void A_lingering_worker_is_watched_only_while_it_lingers()
    {
        var lingering = Assert.Single(Systems, system => system.DiffersIdle);
        var linger = TimeSpan.Parse(lingering.Worker(10).Environment["Jobs__Linger"]!, null);

        // Less what comes before, until it has settled, and after, until the next job.
        Assert.InRange(IdleMeasurement.WatchedOf(lingering, new Sizes().Idle), TimeSpan.FromSeconds(20), linger - TimeSpan.FromSeconds(6));
        Assert.Equal(Sizes.Quick.Idle, IdleMeasurement.WatchedOf(lingering, Sizes.Quick.Idle));
    }
}
