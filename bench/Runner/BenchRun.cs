using System.Globalization;
using FunctionJobs.LocalServices;
using Npgsql;
using StackExchange.Redis;

namespace FunctionJobs.Bench;

/// <summary>
/// Round by round, measurement by measurement, system after system: what disturbs the machine for a while disturbs all of them.
/// </summary>
internal sealed class BenchRun(BenchFiles files, Options options)
{
    private readonly Samples samples = new();
    private readonly Dictionary<string, string> versions = [];
    private readonly List<string> missing = [];
    private readonly StepTimes times = new();
    private double machineSpeed;

    public async Task<BenchResult> RunAsync()
    {
        var sizes = options.Quick ? Sizes.Quick : new Sizes();
        using var images = new ImagesMeasurement(sizes, files, versions);
        IReadOnlyList<IMeasurement> measurements =
        [
            new EnqueueMeasurement(sizes), new DrainMeasurement(sizes), new TogetherMeasurement(sizes), new LatencyMeasurement(sizes),
            new ProcessesMeasurement(sizes), new IdleMeasurement(sizes), new RecoveryMeasurement(sizes), new GrowthMeasurement(sizes), images,
        ];
        var all = new Catalog(files.Bench).All;
        CheckNames([.. all.Select(system => system.Name), .. measurements.Select(one => one.Name)]);
        measurements = options.Choose(measurements, one => one.Name);
        var systems = await FindAsync(options.Choose(all, system => system.Name));
        // Twice: its first is slowed down by its own compilation.
        await MachineSpeed.MeasureAsync();
        machineSpeed = await MachineSpeed.MeasureAsync();

        for (var round = 1; round <= options.Rounds; round++)
        {
            foreach (var measurement in measurements)
            {
                BenchSystem[] suited = [.. systems.Where(measurement.Suits)];
                if (suited.Length == 0)
                {
                    Miss($"{measurement.Name}: it is measured of none of these systems");
                }

                foreach (var share in measurement.AllAtOnce && suited.Length > 0 ? [suited] : suited.Chunk(1))
                {
                    await MeasureAsync(round, measurement, share);
                }
            }

            // A long run that is broken off has something to show.
            (await SummarizeAsync(round)).Write(files.Scratch);
        }

        times.Print();
        return await SummarizeAsync(options.Rounds);
    }

    private async Task<BenchResult> SummarizeAsync(int rounds) => new()
    {
        Date = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        Command = $"bench/run {string.Join(' ', Environment.GetCommandLineArgs()[1..])}".Trim(),
        Rounds = rounds,
        Machine = Machine.Describe(),
        Cores = Environment.ProcessorCount,
        Redis = await Machine.RedisVersionAsync(),
        Versions = versions,
        Missing = [.. missing.Distinct()],
        Metrics = samples.Summarize([.. versions.Keys]),
    };

    private void CheckNames(IReadOnlyList<string> known)
    {
        if (options.Names.FirstOrDefault(name => !known.Contains(name)) is { } unknown)
        {
            throw new BenchException($"There is no '{unknown}'. There are: {string.Join(", ", known)}.\n{Options.Usage}");
        }
    }

    /// <summary>Those that can be started, and what they are made of.</summary>
    private async Task<List<BenchSystem>> FindAsync(IEnumerable<BenchSystem> systems)
    {
        List<BenchSystem> found = [];
        foreach (var system in systems)
        {
            try
            {
                await using var station = await Station.OpenAsync(system);
                await using var producer = await station.StartProducerAsync();
                versions[system.Title] = producer.Versions;
                found.Add(system);
            }
            catch (BenchException e)
            {
                Miss($"{system.Title}: {e.Message}");
            }
        }

        return found;
    }

    private async Task MeasureAsync(int round, IMeasurement measurement, BenchSystem[] systems)
    {
        var names = systems.Length == 1 ? systems[0].Title : "all at once";
        Console.Write($"{TimeProvider.System.GetLocalNow():HH:mm:ss} round {round} of {options.Rounds}: {measurement.Name}, {names}");
        var start = Clock.Microseconds();
        var reasons = await Task.WhenAll(systems.Select(system => TryAsync(measurement, system)));
        var seconds = (Clock.Microseconds() - start) / 1e6;
        times.Add(measurement.Name, names, seconds);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $", {seconds:0.0} s"));
        foreach (var reason in reasons.OfType<string>())
        {
            Miss(reason);
        }

        var before = machineSpeed;
        machineSpeed = await MachineSpeed.MeasureAsync();
        foreach (var system in systems)
        {
            samples.Add(Metrics.MachineSpeed, system, (before + machineSpeed) / 2);
        }
    }

    /// <returns>Why it could not be measured; null when it was.</returns>
    private async Task<string?> TryAsync(IMeasurement measurement, BenchSystem system)
    {
        try
        {
            await measurement.RunAsync(system, samples);
            return null;
        }
        catch (Exception e) when (e is BenchException or LocalServerException or RedisException or JobQueueUnavailableException or NpgsqlException
            or TimeoutException or IOException)
        {
            return $"{system.Title}, {measurement.Name}: {e.Message}";
        }
    }

    private void Miss(string what)
    {
        missing.Add(what);
        Console.WriteLine($"  not measured: {what}");
    }
}
