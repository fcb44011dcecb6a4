using System.Globalization;

namespace FunctionJobs.Bench;

/// <summary>
/// This project only: what the verbs cost beside an empty queue, beside a million waiting or scheduled jobs, beside 100,000 dead
/// letters, and with 50 queues in one process.
/// </summary>
internal sealed class GrowthMeasurement(Sizes sizes) : IMeasurement
{
    private const int Far = 86_400;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public string Name => "growth";

    public bool Suits(BenchSystem system) => system is { IsOurs: true, IsVariant: false };

    public async Task RunAsync(BenchSystem system, Samples samples)
    {
        await InAsync(system, samples, new World("empty", "empty"), (_, _) => Task.CompletedTask);
        await InAsync(
            system, samples, new World("waiting", Text($"{sizes.Grown:N0} waiting")),
            (_, producer) => producer.RunAsync($"bulk {sizes.Grown}"));
        await InAsync(
            system, samples, new World("scheduled", Text($"{sizes.Grown:N0} scheduled")),
            (_, producer) => producer.RunAsync($"schedule {sizes.Grown} {Far}"));
        await InAsync(system, samples, new World("dead", Text($"{sizes.GrownDead:N0} dead letters")), DiscardAsync);
        await InAsync(system, samples, new World("queues", "50 queues in one process") { Queues = 50 }, (_, _) => Task.CompletedTask);
    }

    private async Task InAsync(BenchSystem system, Samples samples, World world, Func<Station, ProducerProcess, Task> fill)
    {
        await using var station = await Station.OpenAsync(system);
        await using var producer = await station.StartProducerAsync();
        await fill(station, producer);
        await new Verbs(station, producer, world, sizes).MeasureAsync(samples);
    }

    private async Task DiscardAsync(Station station, ProducerProcess producer)
    {
        await producer.RunAsync($"bulk {sizes.GrownDead}");
        var setup = new WorkerSetup(station.Redis)
        {
            Settings = new Dictionary<string, string?>
            {
                ["BENCH_FAIL"] = "1",
                ["Logging__LogLevel__Default"] = "None",
                ["Jobs__KeepDiscardedAtMost"] = World.KeepDiscarded,
            },
        };
        await using var workers = await station.StartWorkersAsync(setup);
        await workers.ReachedAsync(sizes.GrownDead, Patience);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
