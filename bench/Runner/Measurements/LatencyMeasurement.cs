namespace FunctionJobs.Bench;

/// <summary>
/// From just before the enqueue to the start of the job, by the machine's clock, on a worker that gets a job every 20 ms. An idle
/// worker's is measured with what it costs.
/// </summary>
internal sealed class LatencyMeasurement(Sizes sizes) : IMeasurement
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public string Name => "latency";

    public bool Suits(BenchSystem system) => system.Name is not ("functionjobs-host" or "floor") && !system.DiffersIdle;

    public async Task RunAsync(BenchSystem system, Samples samples)
    {
        await using var station = await Station.OpenAsync(system);
        await using var producer = await station.StartProducerAsync();
        await using var workers = await station.StartWorkersAsync(new WorkerSetup(station.Redis) { Latency = true });
        await workers.ReadyAsync();
        await producer.RunAsync($"latency {sizes.WarmUpLatency} 0 0");
        // Twice the same: a runtime compiles what this pace calls for only once it is met.
        await producer.RunAsync($"latency {sizes.LatencyBusy} 10 20");
        await workers.ReachedAsync(sizes.WarmUpLatency + sizes.LatencyBusy, Patience);
        workers.TakeLatencies();

        await producer.RunAsync($"latency {sizes.LatencyBusy} 10 20");
        await workers.ReachedAsync(sizes.WarmUpLatency + (2 * sizes.LatencyBusy), Patience);
        samples.AddLatencies(system, idle: false, workers.TakeLatencies());
    }
}
