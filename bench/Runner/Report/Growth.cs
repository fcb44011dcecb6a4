namespace FunctionJobs.Bench;

/// <summary>How much more each verb costs in each world than beside an empty queue, read from the keys <c>growth-world-verb</c>.</summary>
internal static class Growth
{
    /// <summary>At most a quarter more.</summary>
    public const double Limit = 1.25;

    private const string Prefix = "growth-";

    /// <summary>The verbs that the project promises this of, in the order of the table.</summary>
    public static readonly IReadOnlyList<string> Verbs = ["enqueue", "fetch", "stage", "rescue", "status"];

    /// <summary>By world, as the tables call it: the cost of each verb as a multiple of that beside an empty queue.</summary>
    public static IReadOnlyList<(string World, IReadOnlyList<double?> Costs)> Costs(BenchResult result, string system)
    {
        var worlds = result.Metrics.Where(metric => metric.Key.StartsWith(Prefix, StringComparison.Ordinal)).ToLookup(World);
        return
        [
            .. worlds.Where(world => world.Key != "empty").Select(world => (
                world.First().Title.Split(':')[0],
                (IReadOnlyList<double?>)[.. Verbs.Select(verb => Cost(Find("empty", verb), Find(world.Key, verb)))])),
        ];

        MetricResult? Find(string world, string verb) => worlds[world].FirstOrDefault(metric => metric.Key == $"{Prefix}{world}-{verb}");

        double? Cost(MetricResult? empty, MetricResult? grown)
        {
            if (empty is null || grown is null || !empty.Systems.TryGetValue(system, out var before) || !grown.Systems.TryGetValue(system, out var after))
                return null;
            return empty.HigherIsBetter ? before.Median / after.Median : after.Median / before.Median;
        }
    }

    private static string World(MetricResult metric) => metric.Key[Prefix.Length..].Split('-')[0];
}
