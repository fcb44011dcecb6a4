namespace FunctionJobs.Bench;

/// <summary>How much more each verb costs in each world than beside an empty queue, read from the keys <c>growth-world-verb-times</c>.</summary>
internal static class Growth
{
    /// <summary>At most a quarter more.</summary>
    public const double Limit = 1.25;

    public const string Prefix = "growth-";

    private const string Suffix = "-times";

    /// <summary>The verbs that the project promises this of, in the order of the table.</summary>
    public static readonly IReadOnlyList<string> Verbs = ["enqueue", "fetch", "stage", "rescue", "status"];

    /// <summary>The cost of a verb, as a multiple of its cost beside an empty queue in the same round.</summary>
    public static Metric Times(Metric verb) => new(verb.Key + Suffix, verb.Title, "×");

    public static bool IsTimes(string key) => key.StartsWith(Prefix, StringComparison.Ordinal) && key.EndsWith(Suffix, StringComparison.Ordinal);

    /// <summary>By world, as the tables call it: the multiples of each verb.</summary>
    public static IReadOnlyList<(string World, IReadOnlyList<Summary?> Costs)> Costs(BenchResult result, string system) =>
    [
        .. result.Metrics.Where(metric => IsTimes(metric.Key)).GroupBy(metric => metric.Key.Split('-')[1]).Select(world => (
            world.First().Title.Split(':')[0],
            (IReadOnlyList<Summary?>)
            [
                .. Verbs.Select(verb => world.FirstOrDefault(metric => metric.Key == $"{Prefix}{world.Key}-{verb}{Suffix}")?.Systems.GetValueOrDefault(system)),
            ])),
    ];
}
