namespace FunctionJobs.Bench;

/// <summary>Ten callers enqueue one by one while a warm worker runs what they enqueue; until the last job has run.</summary>
internal sealed class TogetherMeasurement(Sizes sizes) : IMeasurement
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    public string Name => "together";

    public bool Suits(BenchSystem system) => !system.IsVariant;

    public async Task RunAsync(BenchSystem system, Samples samples)
    {
        await using var station = await Station.OpenAsync(system);
        await using var producer = await station.StartProducerAsync();
        var jobs = system.IsSlow ? Math.Min(sizes.Together, sizes.TogetherSlow) : sizes.Together;
        var warmUp = sizes.WarmUpOf(system);
        var all = warmUp + jobs;
        await using var workers = await station.StartWorkersAsync(new WorkerSetup(station.Redis) { Jobs = all });
        await workers.ReadyAsync();
        await producer.RunAsync($"enqueue {warmUp} 10");
        await workers.ReachedAsync(warmUp, Patience);

        var start = Clock.Microseconds();
        var reached = workers.ReachedAsync(all, Patience);
        await producer.RunAsync($"enqueue {jobs} 10");
        samples.Add(Metrics.Together, system, jobs / (((await reached).Time - start) / 1e6));
    }
}
