using System.Globalization;

namespace FunctionJobs.Bench;

/// <summary>What was measured: one value per round, of the machine's speed one per step.</summary>
internal sealed class Samples
{
    private readonly Lock gate = new();
    private readonly List<(Metric Metric, Dictionary<string, List<double>> Systems)> all = [];

    public void Add(Metric metric, BenchSystem system, double value) => Add(metric, system.Title, value);

    public void Add(Metric metric, string title, double value)
    {
        lock (gate)
        {
            var systems = all.Find(one => one.Metric.Key == metric.Key).Systems;
            if (systems is null)
            {
                systems = [];
                all.Add((metric, systems));
            }

            if (!systems.TryGetValue(title, out var values))
            {
                systems[title] = values = [];
            }

            values.Add(value);
        }
    }

    public void AddLatencies(BenchSystem system, bool idle, List<double> latencies)
    {
        latencies.Sort();
        foreach (var percentile in Metrics.Percentiles)
        {
            var share = int.Parse(percentile[1..], CultureInfo.InvariantCulture) / 100.0;
            Add(Metrics.Latency(idle, percentile), system, latencies[(int)Math.Ceiling(share * latencies.Count) - 1]);
        }
    }

    /// <param name="order">Of the systems; what is not in it comes last.</param>
    public IReadOnlyList<MetricResult> Summarize(List<string> order) =>
    [
        .. all.Select(one => new MetricResult
        {
            Key = one.Metric.Key,
            Title = one.Metric.Title,
            Unit = one.Metric.Unit,
            HigherIsBetter = one.Metric.HigherIsBetter,
            Systems = one.Systems
                .OrderBy(system => (uint)order.IndexOf(system.Key))
                .ToDictionary(system => system.Key, system => Summary.Of(system.Value)),
        }),
    ];
}
