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
            await station.FillAsync(sizes.DrainLarge);
            await using var workers = await station.StartWorkersAsync(
                new WorkerSetup(station.Redis) { Jobs = sizes.DrainLarge, Processes = processes });
            var reached = workers.ReachedAsync(sizes.DrainLarge, Patience);

            // From a fifth to the end: by then all processes are up.
            var from = sizes.DrainLarge / 5;
            var start = await workers.ReachedAsync(from, Patience);
            var before = await station.ReadRedisAsync();
            var seconds = (await reached - start) / 1e6;
            var used = await station.ReadRedisAsync() - before;
            samples.Add(Metrics.Processes(processes), system, (sizes.DrainLarge - from) / seconds);
            samples.Add(Metrics.ProcessesRedis(processes), system, used.CpuSeconds / seconds * 100);
        }
    }
}
