namespace FunctionJobs.Bench;

/// <summary>What was measured, one value per round.</summary>
internal sealed class Samples
{
    private readonly List<(Metric Metric, Dictionary<string, List<double>> Systems)> all = [];

    public void Add(Metric metric, BenchSystem system, double value) => Add(metric, system.Title, value);

    public void Add(Metric metric, string title, double value)
    {
        var systems = all.Find(one => one.Metric.Key == metric.Key).Systems;
        if (systems is null)
        {
            systems = [];
            all.Add((metric, systems));
        }

        if (!systems.TryGetValue(title, out var values))
            systems[title] = values = [];
        values.Add(value);
    }

    public IReadOnlyList<MetricResult> Summarize() =>
    [
        .. all.Select(one => new MetricResult
        {
            Key = one.Metric.Key,
            Title = one.Metric.Title,
            Unit = one.Metric.Unit,
            HigherIsBetter = one.Metric.HigherIsBetter,
            Systems = one.Systems.ToDictionary(system => system.Key, system => Summary.Of(system.Value)),
        }),
    ];
}
