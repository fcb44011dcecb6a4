namespace FunctionJobs.Bench;

/// <summary>This project only: a worker dies by <c>kill -9</c> with jobs under way, until another has started the last of them.</summary>
internal sealed class RecoveryMeasurement : IMeasurement
{
    private const int Jobs = 10;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(3);

    public string Name => "recovery";

    public bool Suits(BenchSystem system) => system is { IsOurs: true, IsVariant: false };

    public async Task RunAsync(BenchSystem system, Samples samples)
    {
        await using var station = await Station.OpenAsync(system);
        await using var doomed = await station.StartWorkersAsync(WorkerSetup.ThatHolds(station.Redis, Jobs));
        await doomed.ReadyAsync();
        await station.FillAsync(Jobs);
        await doomed.ReachedAsync(Jobs, Patience);
        await using var heir = await station.StartWorkersAsync(new WorkerSetup(station.Redis) { Jobs = Jobs });
        await heir.ReadyAsync();
        await Task.Delay(Settle);

        var killed = Clock.Microseconds();
        await doomed.KillAsync();
        var end = await heir.ReachedAsync(Jobs, Patience);
        samples.Add(Metrics.Recovery, system, (end.Time - killed) / 1e6);
    }
}
