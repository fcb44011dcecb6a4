namespace FunctionJobs.Bench;

/// <summary>
/// A worker that has nothing to do: what it costs, and how soon it starts a job that comes after more than a second. Of this project
/// no invocation runs by then, unless it lingers for longer. All systems wait at the same time, and take turns with their jobs.
/// </summary>
internal sealed class IdleMeasurement(Sizes sizes) : IMeasurement
{
    private const int Before = 10;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(4);

    // So long after its last job a worker of ours that lingers for 30 s still does, settled and with a job to come.
    private static readonly TimeSpan Lingering = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan AtLeast = TimeSpan.FromMilliseconds(1200);
    private static readonly TimeSpan AtMost = TimeSpan.FromMilliseconds(1700);

    private readonly SemaphoreSlim turn = new(1);

    public string Name => "idle";

    public bool AllAtOnce => true;

    public bool Suits(BenchSystem system) => system.DiffersIdle || (!system.IsVariant && system.Name != "floor");

    public async Task RunAsync(BenchSystem system, Samples samples)
    {
        await using var station = await Station.OpenAsync(system);
        await using var producer = await station.StartProducerAsync();
        await using var workers = await station.StartWorkersAsync(new WorkerSetup(station.Redis) { Latency = true });
        await workers.ReadyAsync();
        await producer.RunAsync($"latency {Before} 5 5");
        await workers.ReachedAsync(Before, Patience);

        // The systems that start slowly are to have started before the first job of the others.
        await Task.Delay(Settle);
        var watched = WatchedOf(system, sizes.Idle);
        if (system.DiffersIdle)
        {
            // It differs only while it lingers. It ends with the others, whom its jobs would disturb.
            await Task.Delay(sizes.Idle - watched);
            await producer.RunAsync("latency 1 0 0");
            await workers.ReachedAsync(Before + 1, Patience);
            await Task.Delay(Settle);
        }

        await MeasureCostAsync(station, workers, watched, samples);
        await MeasureLatencyAsync(station, producer, workers, samples);
    }

    internal static TimeSpan WatchedOf(BenchSystem system, TimeSpan idle) => system.DiffersIdle && idle > Lingering ? Lingering : idle;

    private static async Task MeasureCostAsync(Station station, WorkerProcesses workers, TimeSpan watched, Samples samples)
    {
        var start = Clock.Microseconds();
        var before = await station.ReadRedisAsync();
        var cpu = ProcessUse.Of(workers.Ids).CpuSeconds;
        await Task.Delay(watched);
        cpu = ProcessUse.Of(workers.Ids).CpuSeconds - cpu;
        var used = await station.ReadRedisAsync() - before;
        var seconds = (Clock.Microseconds() - start) / 1e6;
        samples.Add(Metrics.IdleCommands, station.Candidate, used.Commands / seconds);
        samples.Add(Metrics.IdleCpu, station.Candidate, cpu / seconds * 100);
    }

    private async Task MeasureLatencyAsync(Station station, ProducerProcess producer, WorkerProcesses workers, Samples samples)
    {
        workers.TakeLatencies();
        var before = workers.Count;
        for (var number = 1; number <= sizes.LatencyIdle; number++)
        {
            await Task.Delay(AtLeast + ((AtMost - AtLeast) * Random.Shared.NextDouble()));
            await turn.WaitAsync();
            try
            {
                await producer.RunAsync("latency 1 0 0");
                await workers.ReachedAsync(before + number, Patience);
            }
            finally
            {
                turn.Release();
            }
        }

        samples.AddLatencies(station.Candidate, idle: true, workers.TakeLatencies());
    }
}
