using System.Globalization;

namespace FunctionJobs.Bench;

/// <summary>
/// This project only: what the verbs cost beside a million waiting or scheduled jobs, beside 100,000 dead letters, and with 50 queues
/// in one process; each with an empty queue on another server to take turns with.
/// </summary>
internal sealed class GrowthMeasurement(Sizes sizes) : IMeasurement
{
    private const int Far = 86_400;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    // Until the system has written to the disk what filling a server left to be written.
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(5);

    private const int Many = 50;

    private static readonly World Empty = new("empty", "empty");

    /// <summary>Many queues in one process, and one that is served as they are, with as many jobs at a time as they have together.</summary>
    internal static readonly (World One, World Many) Queues = (
        new("one", "empty, beside 50 queues") { IsWithoutTrigger = true, Concurrency = 10 * Many },
        new("queues", "50 queues in one process") { Queues = Many, IsWithoutTrigger = true });

    public string Name => "growth";

    public bool Suits(BenchSystem system) => system is { IsOurs: true, IsVariant: false };

    public async Task RunAsync(BenchSystem system, Samples samples)
    {
        await InAsync(system, samples, Empty, new World("waiting", Text($"{sizes.Grown:N0} waiting")), side => side.Producer.RunAsync($"bulk {sizes.Grown}"));
        await InAsync(system, samples, Empty, new World("scheduled", Text($"{sizes.Grown:N0} scheduled")), side => side.Producer.RunAsync($"schedule {sizes.Grown} {Far}"));
        await InAsync(system, samples, Empty, new World("dead", Text($"{sizes.GrownDead:N0} dead letters")), DiscardAsync);
        await InAsync(system, samples, Queues.One, Queues.Many, _ => Task.CompletedTask);
    }

    private async Task InAsync(BenchSystem system, Samples samples, World without, World world, Func<Side, Task> fill)
    {
        await using var empty = await OpenAsync(system, without);
        await using var grown = await OpenAsync(system, world);
        await fill(grown);
        await Task.Delay(Settle);
        await new Verbs(empty, grown, sizes).MeasureAsync(samples);
    }

    /// <summary>A warm producer and a server that holds nothing.</summary>
    private async Task<Side> OpenAsync(BenchSystem system, World world)
    {
        var station = await Station.OpenAsync(system);
        var side = new Side(station, await station.StartProducerAsync(), world);
        await side.SpreadAsync(sizes.WarmUp);
        await side.Producer.RunAsync($"status {sizes.Enqueue}");
        await station.Server.FlushAllDatabasesAsync();
        return side;
    }

    private async Task DiscardAsync(Side side)
    {
        await side.Producer.RunAsync($"bulk {sizes.GrownDead}");
        var setup = new WorkerSetup(side.Station.Redis)
        {
            Settings = new Dictionary<string, string?>
            {
                ["BENCH_FAIL"] = "1",
                ["Logging__LogLevel__Default"] = "None",
                ["Jobs__KeepDiscardedAtMost"] = World.KeepDiscarded,
            },
        };
        await using var workers = await side.Station.StartWorkersAsync(setup);
        await workers.ReachedAsync(sizes.GrownDead, Patience);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
