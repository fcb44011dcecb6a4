namespace FunctionJobs.Bench;

/// <summary>One, two and four worker processes drain one queue; with it how busy Redis is, which is the limit in the end.</summary>
internal sealed class ProcessesMeasurement(Sizes sizes) : IMeasurement
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    public string Name => "processes";

    public bool Suits(BenchSystem system) => system.IsFast;

    public async Task RunAsync(BenchSystem system, Samples samples)
    {
        foreach (var processes in (int[])[1, 2, 4])
        {
            await using var station = await Station.OpenAsync(system);
            var jobs = system.IsOurs ? sizes.DrainLarge : sizes.DrainLarge / 2;
            await station.FillAsync(jobs);
            await using var workers = await station.StartWorkersAsync(new WorkerSetup(station.Redis) { Jobs = jobs, Processes = processes });
            var reached = workers.ReachedAsync(jobs, Patience);

            // From two fifths to the end: by then all processes are up.
            var start = await workers.ReachedAsync(jobs * 2 / 5, Patience);
            var before = await station.ReadRedisAsync();
            var cpu = ProcessUse.Of(workers.Ids).CpuSeconds;
            var end = await reached;
            cpu = ProcessUse.Of(workers.Ids).CpuSeconds - cpu;
            var used = await station.ReadRedisAsync() - before;
            var seconds = (end.Time - start.Time) / 1e6;
            samples.Add(Metrics.Processes(processes), system, start.RateTo(end));
            samples.Add(Metrics.ProcessesRedis(processes), system, used.CpuSeconds / seconds * 100);
            samples.Add(Metrics.ProcessesCpu(processes), system, cpu / seconds * 100);
        }
    }
}
