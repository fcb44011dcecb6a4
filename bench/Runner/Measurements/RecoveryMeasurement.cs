namespace FunctionJobs.Bench;

/// <summary>
/// This project only: a worker dies by <c>kill -9</c> with jobs under way, until another has started the last of them. How long that takes
/// depends on how old the dead worker's heartbeat was and when the other looked last, so both are left to chance.
/// </summary>
internal sealed class RecoveryMeasurement(Sizes sizes) : IMeasurement
{
    private const int Jobs = 10;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(3);

    // As the worker has them: how often it says that it lives, and how often it looks for one that does not.
    private static readonly TimeSpan Heartbeats = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Looks = TimeSpan.FromSeconds(1);

    public string Name => "recovery";

    public bool Suits(BenchSystem system) => system is { IsOurs: true, IsVariant: false };

    public async Task RunAsync(BenchSystem system, Samples samples)
    {
        List<double> kills = [];
        for (var kill = 0; kill < sizes.Kills; kill++)
        {
            kills.Add(await KillAsync(system, KillMoment.Draw(Random.Shared)));
        }

        var round = Summary.Of(kills);
        samples.Add(Metrics.Recovery, system, round.Median);
        samples.Add(Metrics.RecoverySlowest, system, round.Max);
    }

    /// <returns>The seconds until the other worker has started the last job again.</returns>
    private static async Task<double> KillAsync(BenchSystem system, KillMoment moment)
    {
        await using var station = await Station.OpenAsync(system);
        await using var doomed = await station.StartWorkersAsync(WorkerSetup.ThatHolds(station.Redis, Jobs));
        await doomed.ReadyAsync();
        await station.FillAsync(Jobs);
        await doomed.ReachedAsync(Jobs, Patience);
        await Task.Delay(moment.BeforeTheHeir);
        await using var heir = await station.StartWorkersAsync(new WorkerSetup(station.Redis) { Jobs = Jobs });
        await heir.ReadyAsync();
        await Task.Delay(Settle + moment.BeforeTheKill);

        var killed = Clock.Microseconds();
        await doomed.KillAsync();
        var end = await heir.ReachedAsync(Jobs, Patience);
        return (end.Time - killed) / 1e6;
    }

    /// <summary>When, beside the heartbeats of the one worker and the looks of the other, the one is killed.</summary>
    internal sealed record KillMoment(TimeSpan BeforeTheHeir, TimeSpan BeforeTheKill)
    {
        public static KillMoment Draw(Random random) => new(Looks * random.NextDouble(), Heartbeats * random.NextDouble());
    }
}
