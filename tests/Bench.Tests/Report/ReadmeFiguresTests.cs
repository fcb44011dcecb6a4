using FunctionJobs.Bench;

namespace FunctionJobs.Tests;

public sealed class ReadmeFiguresTests
{
    private static readonly Dictionary<string, string> Keys = new()
    {
        ["drain 100,000 jobs, start of the process included"] = "drain-100000-at-10",
        ["enqueue one by one, 50 callers"] = "enqueue-50",
        ["enqueue one by one, 10 callers"] = "enqueue-10",
        ["enqueue and drain together"] = "together",
    };

    [Fact]
    public void The_figures_in_the_README_are_those_of_the_last_complete_run()
    {
        var files = new BenchFiles(Repository.Root);
        var result = BenchResult.Read(files.Result);
        var lines = File.ReadAllLines(Path.Combine(files.Root, "README.md"));
        var systems = Cells(lines.Single(line => line.StartsWith("| | FunctionJobs |", StringComparison.Ordinal)));

        foreach (var (title, key) in Keys)
        {
            var medians = result.Metrics.Single(metric => metric.Key == key).Systems;
            Assert.Equal(
                systems.Select(system => Figures.Text(medians[system].Median)),
                Cells(lines.Single(line => line.StartsWith($"| {title} |", StringComparison.Ordinal))));
        }
    }

    /// <summary>All but the first, which names the row.</summary>
    private static List<string> Cells(string line) => [.. line.Split('|')[2..^1].Select(cell => cell.Trim())];
}
