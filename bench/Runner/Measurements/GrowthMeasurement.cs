using System.Globalization;

namespace FunctionJobs.Bench;

/// <summary>
/// This project only: what enqueue, drain, staging and asking cost beside an empty queue, beside a million waiting or scheduled jobs,
/// beside 100,000 dead letters, and with 50 queues in one process.
/// </summary>
internal sealed class GrowthMeasurement(Sizes sizes) : IMeasurement
{
    private const int Queues = 50;
    private const int StageAfter = 3;
    private const int Far = 86_400;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public string Name => "growth";

    public bool Suits(BenchSystem system) => system is { IsOurs: true, IsVariant: false };

    public async Task RunAsync(BenchSystem system, Samples samples)
    {
        await BesideAsync(system, samples, new("empty", "empty", sizes.WarmUp), null);
        await BesideAsync(
            system, samples, new("waiting", Text($"{sizes.Grown:N0} waiting"), sizes.WarmUp + sizes.Grown), $"bulk {sizes.Grown}");
        await BesideAsync(
            system, samples, new("scheduled", Text($"{sizes.Grown:N0} scheduled"), sizes.WarmUp), $"schedule {sizes.Grown} {Far}");
        await DeadAsync(system, samples);
        await ManyQueuesAsync(system, samples);
    }

    private async Task BesideAsync(BenchSystem system, Samples samples, Backlog backlog, string? command)
    {
        await using var station = await Station.OpenAsync(system);
        await using var producer = await station.StartProducerAsync();
        await producer.RunAsync($"enqueue {sizes.WarmUp} 10");
        if (command is not null)
            await producer.RunAsync(command);
        await MeasureAsync(station, producer, samples, backlog);
    }

    private async Task DeadAsync(BenchSystem system, Samples samples)
    {
        await using var station = await Station.OpenAsync(system);
        await using var producer = await station.StartProducerAsync();
        await producer.RunAsync($"enqueue {sizes.WarmUp} 10");
        await producer.RunAsync($"bulk {sizes.GrownDead}");
        var setup = new WorkerSetup(station.Redis)
        {
            Settings = new Dictionary<string, string?> { ["BENCH_FAIL"] = "1", ["Jobs__KeepDiscardedAtMost"] = "1000000", ["Logging__LogLevel__Default"] = "None" },
        };
        await using (var workers = await station.StartWorkersAsync(setup))
            await workers.ReachedAsync(sizes.WarmUp + sizes.GrownDead, Patience);
        await MeasureAsync(station, producer, samples, new("dead", Text($"{sizes.GrownDead:N0} dead letters"), 0));
    }

    private async Task MeasureAsync(Station station, ProducerProcess producer, Samples samples, Backlog backlog)
    {
        var (key, title, waiting) = backlog;
        var system = station.Candidate;
        var seconds = await producer.RunAsync($"enqueue {sizes.Enqueue} 10");
        samples.Add(Metrics.Growth(key + "-enqueue", $"{title}: enqueue, 10 callers"), system, sizes.Enqueue / seconds!.Value);
        var ask = sizes.Enqueue / 10;
        seconds = await producer.RunAsync($"status {ask}");
        samples.Add(Metrics.Growth(key + "-status", $"{title}: ask for a job's state, one caller"), system, ask / seconds!.Value);

        await using var workers = await station.StartWorkersAsync(
            new WorkerSetup(station.Redis) { Settings = new Dictionary<string, string?> { ["Jobs__KeepDiscardedAtMost"] = "1000000" } });
        samples.Add(Metrics.Growth(key + "-drain", $"{title}: drain"), system, await RateAsync(workers));
        if (waiting > sizes.Grown)
            return;

        // What was enqueued here, what waited before, and the job that was asked for.
        var count = sizes.Enqueue + waiting + 1;
        await workers.ReachedAsync(count, Patience);
        var due = Clock.Microseconds() + (StageAfter * 1_000_000);
        await producer.RunAsync($"schedule {sizes.Enqueue} {StageAfter}");
        var end = await workers.ReachedAsync(count + sizes.Enqueue, Patience);
        samples.Add(Metrics.Growth(key + "-stage", $"{title}: stage and drain jobs that are due together"), system, sizes.Enqueue / ((end - due) / 1e6));
    }

    private async Task ManyQueuesAsync(BenchSystem system, Samples samples)
    {
        await using var station = await Station.OpenAsync(system);
        await using var producer = await station.StartProducerAsync();
        await producer.RunAsync($"spread {sizes.Enqueue} {Queues}");
        var setup = new WorkerSetup(station.Redis)
        {
            Settings = new Dictionary<string, string?> { ["BENCH_QUEUES"] = Text($"{Queues}"), ["Jobs__RunWithoutTrigger"] = "true" },
        };
        await using var workers = await station.StartWorkersAsync(setup);
        samples.Add(Metrics.Growth("queues-drain", Text($"{Queues} queues in one process: drain")), system, await RateAsync(workers));
    }

    // From the first fifth on: the process's start is not what grows.
    private async Task<double> RateAsync(WorkerProcesses workers)
    {
        var from = sizes.Enqueue / 5;
        var reached = workers.ReachedAsync(sizes.Enqueue, Patience);
        var start = await workers.ReachedAsync(from, Patience);
        return (sizes.Enqueue - from) / ((await reached - start) / 1e6);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <param name="Key">As the result file has it.</param>
    /// <param name="Title">As the tables have it.</param>
    /// <param name="Waiting">Jobs that may run.</param>
    private sealed record Backlog(string Key, string Title, int Waiting);
}
