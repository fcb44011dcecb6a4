namespace FunctionJobs.Bench;

/// <summary>Jobs wait; a worker process is started and runs them all.</summary>
internal sealed class DrainMeasurement(Sizes sizes) : IMeasurement
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);

    public string Name => "drain";

    public bool Suits(BenchSystem system) => !system.DiffersIdle;

    public async Task RunAsync(BenchSystem system, Samples samples)
    {
        await DrainAsync(system, samples, sizes.DrainSmall, 10);
        if (system.IsVariant)
        {
            return;
        }

        await DrainAsync(system, samples, sizes.DrainSmall, 100);
        await DrainAsync(system, samples, sizes.DrainLarge, 10);
        await DrainAsync(system, samples, sizes.DrainLarge, 100);
    }

    /// <param name="system">Whose jobs.</param>
    /// <param name="samples">Takes the figures.</param>
    /// <param name="title">The jobs by which it goes in the tables.</param>
    /// <param name="concurrency">Jobs at a time.</param>
    private async Task DrainAsync(BenchSystem system, Samples samples, int title, int concurrency)
    {
        var jobs = system.IsSlow ? Math.Min(title, sizes.DrainSlow) : title;
        await using var station = await Station.OpenAsync(system);
        await station.FillAsync(jobs);
        var before = await station.ReadRedisAsync();

        await using var workers = await station.StartWorkersAsync(new WorkerSetup(station.Redis) { Concurrency = concurrency, Jobs = jobs });
        var reached = workers.ReachedAsync(jobs, Patience);
        var memory = await WatchMemoryAsync(workers, reached);
        var end = await reached;

        samples.Add(Metrics.Drain(title, concurrency), system, Rate(jobs, end.Time - workers.Started));
        samples.Add(Metrics.DrainFromFirst(title, concurrency), system, Rate(jobs, end.Time - workers.FirstJob));
        if (title == sizes.DrainLarge && concurrency == 10)
        {
            var use = ProcessUse.Of(workers.Ids);
            var used = await station.ReadRedisAsync() - before;
            samples.Add(Metrics.WorkerCpu, system, use.CpuSeconds / jobs * 1000);
            samples.Add(Metrics.WorkerMemory, system, Math.Max(memory, use.MemoryMegabytes));
            samples.Add(Metrics.DrainCommands, system, used.Commands / jobs);
            samples.Add(Metrics.DrainReads, system, used.Reads / jobs);
            samples.Add(Metrics.DrainBytes, system, (used.BytesIn + used.BytesOut) / jobs);
            samples.Add(Metrics.DrainRedisCpu, system, used.CpuSeconds / jobs * 1000);
        }
    }

    private static async Task<double> WatchMemoryAsync(WorkerProcesses workers, Task end)
    {
        var most = 0.0;
        while (await Task.WhenAny(end, Task.Delay(LookEvery)) != end)
        {
            most = Math.Max(most, ProcessUse.Of(workers.Ids).MemoryMegabytes);
        }

        return most;
    }

    private static double Rate(int jobs, long microseconds) => jobs / (microseconds / 1e6);
}
