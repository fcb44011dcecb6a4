using System.Text.Json;
using System.Text.Json.Serialization;

namespace FunctionJobs.Bench;

/// <summary>A run of the benchmark, as the result file holds it.</summary>
internal sealed record BenchResult
{
    /// <summary>The day.</summary>
    public required string Date { get; init; }

    public required string Command { get; init; }

    public required int Rounds { get; init; }

    public required string Machine { get; init; }

    public required int Cores { get; init; }

    public required string Redis { get; init; }

    /// <summary>By title: what each system is made of.</summary>
    public required IReadOnlyDictionary<string, string> Versions { get; init; }

    /// <summary>What could not be measured, and why.</summary>
    public required IReadOnlyList<string> Missing { get; init; }

    public required IReadOnlyList<MetricResult> Metrics { get; init; }

    /// <summary>The systems that have a figure of these metrics, in the order of the versions; then what is no job queue.</summary>
    public IReadOnlyList<string> SystemsOf(IReadOnlyList<MetricResult> metrics) =>
        [.. Versions.Keys.Concat(metrics.SelectMany(metric => metric.Systems.Keys)).Distinct().Where(system => metrics.Any(metric => metric.Systems.ContainsKey(system)))];

    public static BenchResult Read(string file) =>
        JsonSerializer.Deserialize(File.ReadAllText(file), BenchJson.Default.BenchResult) ?? throw new BenchException($"{file} is empty.");

    public void Write(string file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, JsonSerializer.Serialize(this, BenchJson.Default.BenchResult) + "\n");
    }
}

/// <summary>One metric, by the titles of the systems.</summary>
internal sealed record MetricResult
{
    public required string Key { get; init; }

    public required string Title { get; init; }

    public required string Unit { get; init; }

    public required bool HigherIsBetter { get; init; }

    public required IReadOnlyDictionary<string, Summary> Systems { get; init; }
}

/// <summary>The values of all rounds.</summary>
internal sealed record Summary(double Median, double Min, double Max, IReadOnlyList<double> Values)
{
    public static Summary Of(IReadOnlyList<double> values)
    {
        double[] sorted = [.. values.Order()];
        var middle = sorted.Length / 2;
        var median = sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Summary(Round(median), Round(sorted[0]), Round(sorted[^1]), [.. values.Select(Round)]);
    }

    /// <summary>Four figures are more than any of this is worth.</summary>
    private static double Round(double value)
    {
        if (value == 0)
        {
            return 0;
        }

        var unit = Math.Pow(10, Math.Floor(Math.Log10(Math.Abs(value))) - 3);
        return unit >= 1 ? Math.Round(value / unit) * unit : Math.Round(value, (int)Math.Clamp(-Math.Log10(unit), 0, 12));
    }
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(BenchResult))]
internal sealed partial class BenchJson : JsonSerializerContext;
