namespace FunctionJobs.Bench;

/// <summary>What a worker costs that has nothing to do.</summary>
internal sealed class IdleMeasurement(Sizes sizes) : IMeasurement
{
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(4);

    public string Name => "idle";

    public bool Suits(BenchSystem system) => !system.IsVariant && system.Name != "floor";

    public async Task RunAsync(BenchSystem system, Samples samples)
    {
        await using var station = await Station.OpenAsync(system);
        await using var workers = await station.StartWorkersAsync(new WorkerSetup(station.Redis));
        await workers.ReadyAsync();
        await station.FillAsync(10);
        await workers.ReachedAsync(10, TimeSpan.FromMinutes(1));
        await Task.Delay(Settle);

        var start = Clock.Microseconds();
        var before = await station.ReadRedisAsync();
        var cpu = ProcessUse.Of(workers.Ids).CpuSeconds;
        await Task.Delay(sizes.Idle);
        cpu = ProcessUse.Of(workers.Ids).CpuSeconds - cpu;
        var used = await station.ReadRedisAsync() - before;
        var seconds = (Clock.Microseconds() - start) / 1e6;
        samples.Add(Metrics.IdleCommands, system, used.Commands / seconds);
        samples.Add(Metrics.IdleCpu, system, cpu / seconds * 100);
    }
}
