namespace FunctionJobs.Bench;

/// <summary>Jobs wait; a worker process is started and runs them all.</summary>
internal sealed class DrainMeasurement(Sizes sizes) : IMeasurement
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);

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
        // Its first use takes the runtime ten milliseconds.
        await EndsAsync(station);
        var before = await station.ReadRedisAsync();

        await using var workers = await station.StartWorkersAsync(new WorkerSetup(station.Redis) { Concurrency = concurrency, Jobs = jobs });
        var reached = workers.ReachedAsync(jobs, Patience);
        var memory = await WatchMemoryAsync(workers, reached);
        var end = (await reached).Time;
        if (system.IsOurs)
        {
            end = Math.Max(end, await RecordedAsync(station, jobs));
        }

        var (start, run) = (workers.FirstJob - workers.Started, end - workers.FirstJob);
        // Where fewer were run, what all would have taken.
        samples.Add(Metrics.Drain(title, concurrency), system, Rate(title, start + (run * ((double)title / jobs))));
        samples.Add(Metrics.DrainFromFirst(title, concurrency), system, Rate(jobs, run));
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

    /// <summary>Waits until Redis has every job's end: this project may write those of hundreds after their handlers.</summary>
    /// <returns>When that was, in microseconds since 1970.</returns>
    private static async Task<long> RecordedAsync(Station station, int jobs)
    {
        var start = Clock.Microseconds();
        while (await EndsAsync(station) < jobs)
        {
            if (Clock.Microseconds() - start > Patience.TotalMicroseconds)
            {
                throw new BenchException("its jobs ran, but not all ends were written");
            }

            await Task.Delay(1);
        }

        return Clock.Microseconds();
    }

    private static async Task<int> EndsAsync(Station station) =>
        (int)await station.Database.HashGetAsync("jobs:{bench}:stats", "completed");

    private static async Task<double> WatchMemoryAsync(WorkerProcesses workers, Task end)
    {
        var most = 0.0;
        while (await Task.WhenAny(end, Task.Delay(LookEvery)) != end)
        {
            most = Math.Max(most, ProcessUse.Of(workers.Ids).MemoryMegabytes);
        }

        return most;
    }

    private static double Rate(int jobs, double microseconds) => jobs / (microseconds / 1e6);
}
