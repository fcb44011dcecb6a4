using Npgsql;
using StackExchange.Redis;

namespace FunctionJobs.Chaos;

/// <summary>What a run has left behind, from witnesses that do not depend on each other.</summary>
internal sealed record Evidence
{
    public required ChaosOptions Options { get; init; }

    /// <summary>From the enqueuing process's journal.</summary>
    public required IReadOnlyList<JournalEntry> Enqueues { get; init; }

    /// <summary>From the workers' journals.</summary>
    public required IReadOnlyList<Attempt> Attempts { get; init; }

    public required IReadOnlyList<Life> Workers { get; init; }

    public required IReadOnlyList<Life> Enqueuers { get; init; }

    public required FaultInjector Faults { get; init; }

    /// <summary>From PostgreSQL: how often each job's effect was applied.</summary>
    public required IReadOnlyDictionary<int, int> Effects { get; init; }

    /// <summary>From Redis at the end: the state of each job that is known.</summary>
    public required IReadOnlyDictionary<int, JobState> States { get; init; }

    /// <summary>From Redis at the end: the queues' own counters, added up.</summary>
    public required IReadOnlyDictionary<string, long> Counters { get; init; }

    /// <summary>From the append-only file: every move that Redis accepted.</summary>
    public IReadOnlyList<Move> Moves { get; init; } = [];

    /// <summary>Whether the queues were empty within the time given to them.</summary>
    public bool Settled { get; init; }

    public static async Task<Evidence> GatherAsync(
        ChaosOptions options, IConnectionMultiplexer connection, NpgsqlDataSource database, Fleet workers, Fleet enqueuers, FaultInjector faults) =>
        new()
        {
            Options = options,
            Enqueues = JournalEntry.Read(enqueuers.Lives[0].JournalFile),
            Attempts = Attempt.ReadAll(workers.Lives),
            Workers = workers.Lives,
            Enqueuers = enqueuers.Lives,
            Faults = faults,
            Effects = await ReadEffectsAsync(database),
            States = await ReadStatesAsync(options, connection.GetDatabase()),
            Counters = await ReadCountersAsync(connection.GetDatabase()),
        };

    private static async Task<Dictionary<int, int>> ReadEffectsAsync(NpgsqlDataSource database)
    {
        await using var command = database.CreateCommand("SELECT job, count(*)::int FROM ledger GROUP BY job");
        await using var reader = await command.ExecuteReaderAsync();
        var effects = new Dictionary<int, int>();
        while (await reader.ReadAsync())
        {
            effects.Add(reader.GetInt32(0), reader.GetInt32(1));
        }

        return effects;
    }

    private static async Task<Dictionary<int, JobState>> ReadStatesAsync(ChaosOptions options, IDatabase redis)
    {
        var states = new Dictionary<int, JobState>();
        foreach (var chunk in Enumerable.Range(0, options.Jobs).Select(number => JobScript.Of(options, number)).Chunk(500))
        {
            var values = await Task.WhenAll(chunk.Select(script =>
                redis.HashGetAsync($"jobs:{{{(script.IsStream ? StreamWork.Queue : ListWork.Queue).Name}}}:job:{script.Id}", "state")));
            for (var i = 0; i < chunk.Length; i++)
            {
                if (values[i].HasValue)
                {
                    states.Add(chunk[i].Number, Enum.Parse<JobState>(values[i]!, ignoreCase: true));
                }
            }
        }

        return states;
    }

    private static async Task<Dictionary<string, long>> ReadCountersAsync(IDatabase redis)
    {
        var counters = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var queue in Settling.Queues)
        {
            foreach (var counter in await redis.HashGetAllAsync($"jobs:{{{queue}}}:stats"))
            {
                counters[counter.Name!] = counters.GetValueOrDefault(counter.Name!) + (long)counter.Value;
            }
        }

        return counters;
    }
}
