using System.Globalization;
using FunctionJobs.LocalServices;
using Npgsql;
using StackExchange.Redis;

namespace FunctionJobs.Chaos;

/// <summary>A whole run: servers, workers, load and faults, then the verdict.</summary>
internal static class ChaosRun
{
    /// <summary>How many jobs of a queue a worker runs at a time: few, so that the load is spread over all.</summary>
    public const int Concurrency = 4;

    private const int Workers = 4;
    private static readonly TimeSpan SettlesWithin = TimeSpan.FromSeconds(90);

    /// <returns>Whether everything is as it must be.</returns>
    public static async Task<bool> RunAsync(ChaosOptions options)
    {
        var folder = Directory.CreateTempSubdirectory("chaos-").FullName;
        var verdict = await RunAsync(options, folder);
        verdict.Print(Console.Out);
        if (verdict.Holds)
        {
            Directory.Delete(folder, recursive: true);
            Console.WriteLine("Everything is as it must be.");
        }
        else
        {
            Console.WriteLine($"NOT as it must be. Journals, logs and Redis's append-only file: {folder}");
        }

        if (options.Report is { } report)
        {
            await File.WriteAllTextAsync(report, verdict.ToJson());
        }

        return verdict.Holds;
    }

    private static async Task<Verdict> RunAsync(ChaosOptions options, string folder)
    {
        await using var redis = await LocalRedis.StartAsync(new LocalRedisOptions
        {
            Folder = Path.Combine(folder, "redis"),
            // everysec may lose the last second; and the whole file is read as evidence at the end, so it is not compacted.
            Arguments = ["--appendfsync", "always", "--auto-aof-rewrite-percentage", "0"],
        });
        await using var postgres = await LocalPostgres.StartAsync();
        await using var database = NpgsqlDataSource.Create(postgres.ConnectionString + ";Pooling=false");
        await using (var schema = database.CreateCommand(Effects.Schema))
        {
            await schema.ExecuteNonQueryAsync();
        }

        await using var connection = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString + ",abortConnect=false,allowAdmin=true");
        var schedule = FaultSchedule.Plan(options);
        var settings = new ChaosSettings
        {
            Options = options,
            Redis = redis.ConnectionString,
            Postgres = postgres.ConnectionString + ";Maximum Pool Size=10;Timeout=5;Command Timeout=5",
            JournalFile = "",
            Start = TimeProvider.System.GetTimestamp() + (2 * TimeProvider.System.TimestampFrequency),
        };
        var workers = new Fleet("worker", Workers, settings, folder, WorkerEnvironment(options.Plan));
        var enqueuers = new Fleet("enqueuer", 1, settings, folder, new Dictionary<string, string?>());
        Announce(options, schedule);
        workers.Start();
        enqueuers.Start();

        var faults = new FaultInjector(redis, postgres, connection, workers, enqueuers, settings.Start);
        await faults.RunAsync(schedule);
        // The last fault may come before the load is over.
        var left = options.Load - TimeProvider.System.GetElapsedTime(settings.Start);
        await enqueuers.FinishAsync(SettlesWithin + (left > TimeSpan.Zero ? left : TimeSpan.Zero));
        var settled = await Settling.WaitAsync(connection, SettlesWithin);
        await workers.StopAsync();

        var evidence = await Evidence.GatherAsync(options, connection, database, workers, enqueuers, faults);
        await redis.StopAsync();
        return Verdict.Of(evidence with { Moves = AppendOnlyFile.ReadMoves(redis.Folder), Settled = settled });
    }

    private static Dictionary<string, string?> WorkerEnvironment(ChaosPlan plan) => new()
    {
        // The triggers behave as badly as the real ones do, and worse: entries vanish.
        ["Emulator__Faults"] = plan == ChaosPlan.Deploys ? "" : "DieOnRedisError, LoseBatch=0.1, DropConsumer=0.1",
        // Lease, heartbeat and watchdog are the defaults.
        ["Jobs__Concurrency"] = Concurrency.ToString(CultureInfo.InvariantCulture),
        ["DOTNET_gcServer"] = "0",
    };

    private static void Announce(ChaosOptions options, IReadOnlyList<PlannedFault> schedule)
    {
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{options.Jobs:N0} jobs in {options.Load.TotalSeconds:0} s, {Workers} workers, {schedule.Count} faults, seed {options.Seed}"));
    }
}
