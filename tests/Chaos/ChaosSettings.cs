using System.Globalization;

namespace FunctionJobs.Chaos;

/// <summary>What the run tells the processes that it starts, as environment variables.</summary>
internal sealed record ChaosSettings
{
    public required ChaosOptions Options { get; init; }

    public required string Redis { get; init; }

    public required string Postgres { get; init; }

    /// <summary>Where this process notes what it does.</summary>
    public required string JournalFile { get; init; }

    /// <summary>When the load starts, by the clock that all processes of a machine share.</summary>
    public required long Start { get; init; }

    public static ChaosSettings OfThisProcess() => From(Environment.GetEnvironmentVariable);

    /// <param name="variable">The value of an environment variable, or null.</param>
    public static ChaosSettings From(Func<string, string?> variable)
    {
        return new()
        {
            Options = new ChaosOptions(
                (int)Number("CHAOS_JOBS"),
                TimeSpan.FromMilliseconds(Number("CHAOS_LOAD_MS")),
                (int)Number("CHAOS_SEED"),
                Enum.Parse<ChaosPlan>(Text("CHAOS_PLAN")),
                null),
            Redis = Text("Redis"),
            Postgres = Text("Postgres"),
            JournalFile = Text("CHAOS_JOURNAL"),
            Start = Number("CHAOS_START"),
        };

        string Text(string name) => variable(name) ?? throw new InvalidOperationException($"{name} is not set; this role is started by ./chaos.");

        long Number(string name) => long.Parse(Text(name), CultureInfo.InvariantCulture);
    }

    public Dictionary<string, string?> ToEnvironment() => new()
    {
        ["Redis"] = Redis,
        ["Postgres"] = Postgres,
        ["CHAOS_JOURNAL"] = JournalFile,
        ["CHAOS_START"] = Start.ToString(CultureInfo.InvariantCulture),
        ["CHAOS_JOBS"] = Options.Jobs.ToString(CultureInfo.InvariantCulture),
        ["CHAOS_LOAD_MS"] = ((long)Options.Load.TotalMilliseconds).ToString(CultureInfo.InvariantCulture),
        ["CHAOS_SEED"] = Options.Seed.ToString(CultureInfo.InvariantCulture),
        ["CHAOS_PLAN"] = Options.Plan.ToString(),
    };
}
