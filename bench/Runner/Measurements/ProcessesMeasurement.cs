namespace FunctionJobs.Bench;

/// <summary>
/// One, two and four worker processes drain one queue; with it how busy Redis is, which is the limit in the end. First of jobs that do
/// nothing: one process nearly fills Redis with them. Then of jobs that wait, as most do: one process runs as many as it has slots.
/// </summary>
internal sealed class ProcessesMeasurement(Sizes sizes) : IMeasurement
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    public string Name => "processes";

    public bool Suits(BenchSystem system) => system.IsFast;

    public async Task RunAsync(BenchSystem system, Samples samples)
    {
        foreach (var work in (Work[])[Work.Nothing, Work.Waiting])
        {
            foreach (var processes in Metrics.ProcessCounts)
            {
                await RunAsync(system, samples, processes, work);
            }
        }
    }

    /// <summary>Where all have run already there is no later one: then too few remain to be timed, which the rate says.</summary>
    internal static int CountedFrom(int jobs, int ran) => Math.Min(jobs, Math.Max(jobs * 2 / 5, ran + 1));

    private async Task RunAsync(BenchSystem system, Samples samples, int processes, Work work)
    {
        await using var station = await Station.OpenAsync(system);
        var jobs = system.IsOurs ? sizes.DrainLarge : sizes.DrainLarge / 2;
        await station.FillAsync(jobs);
        await using var workers = await station.StartWorkersAsync(
            new WorkerSetup(station.Redis) { Jobs = jobs, Processes = processes, Concurrency = work.Concurrency, Wait = work.Wait });
        var reached = workers.ReachedAsync(jobs, Patience);

        // From two fifths to the end, or from when all processes are up, should that be later.
        await workers.ReadyAsync();
        var start = await workers.ReachedAsync(CountedFrom(jobs, workers.Count), Patience);
        var before = await station.ReadRedisAsync();
        var cpu = ProcessUse.Of(workers.Ids).CpuSeconds;
        var machine = MachineUse.Read();
        var end = await reached;
        machine = MachineUse.Read() - machine;
        cpu = ProcessUse.Of(workers.Ids).CpuSeconds - cpu;
        var used = await station.ReadRedisAsync() - before;
        var seconds = (end.Time - start.Time) / 1e6;
        samples.Add(Metrics.Processes(processes, work), system, start.RateTo(end));
        samples.Add(Metrics.ProcessesRedis(processes, work), system, used.CpuSeconds / seconds * 100);
        samples.Add(Metrics.ProcessesCpu(processes, work), system, cpu / seconds * 100);
        // The kernel looks at each tick who runs, and misses what begins after one and ends before the next. Of Redis and the workers
        // themselves it counts exactly.
        var least = (used.CpuSeconds + cpu) / seconds / Environment.ProcessorCount * 100;
        samples.Add(Metrics.ProcessesMachine(processes, work), system, Math.Max(machine.Percent, least));
    }
}
