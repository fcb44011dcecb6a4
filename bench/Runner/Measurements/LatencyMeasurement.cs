namespace FunctionJobs.Bench;

/// <summary>
/// From just before the enqueue to the start of the job, by the machine's clock: on a worker that gets a job every 20 ms, and on
/// one that has had none for more than a second.
/// </summary>
internal sealed class LatencyMeasurement(Sizes sizes) : IMeasurement
{
    private const int WarmUp = 100;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public string Name => "latency";

    public bool Suits(BenchSystem system) => system.Name is not "functionjobs-host";

    public async Task RunAsync(BenchSystem system, Samples samples)
    {
        await using var station = await Station.OpenAsync(system);
        await using var producer = await station.StartProducerAsync();
        await using var workers = await station.StartWorkersAsync(new WorkerSetup(station.Redis) { Latency = true });
        await workers.ReadyAsync();
        await producer.RunAsync($"latency {WarmUp} 5 5");
        await workers.ReachedAsync(WarmUp, Patience);
        workers.TakeLatencies();

        await producer.RunAsync($"latency {sizes.LatencyBusy} 10 20");
        await workers.ReachedAsync(WarmUp + sizes.LatencyBusy, Patience);
        Add(samples, system, idle: false, workers.TakeLatencies());

        await producer.RunAsync($"latency {sizes.LatencyIdle} 1500 700");
        await workers.ReachedAsync(WarmUp + sizes.LatencyBusy + sizes.LatencyIdle, Patience);
        Add(samples, system, idle: true, workers.TakeLatencies());
    }

    private static void Add(Samples samples, BenchSystem system, bool idle, List<double> latencies)
    {
        latencies.Sort();
        foreach (var percentile in Metrics.Percentiles)
        {
            var share = int.Parse(percentile[1..], System.Globalization.CultureInfo.InvariantCulture) / 100.0;
            samples.Add(Metrics.Latency(idle, percentile), system, latencies[(int)Math.Ceiling(share * latencies.Count) - 1]);
        }
    }
}
