namespace FunctionJobs.Bench;

/// <summary>The medians, one line per metric and one column per system.</summary>
internal static class ConsoleTable
{
    public static void Print(BenchResult result)
    {
        var systems = result.SystemsOf(result.Metrics);
        List<string[]> lines = [["", .. systems]];
        lines.AddRange(result.Metrics.Select(metric => (string[])
        [
            $"{metric.Title} ({metric.Unit})",
            .. systems.Select(system => metric.Systems.TryGetValue(system, out var summary) ? Figures.Text(summary.Median) : "–"),
        ]));
        int[] widths = [.. Enumerable.Range(0, systems.Count + 1).Select(column => lines.Max(line => line[column].Length))];

        Console.WriteLine();
        foreach (var line in lines)
        {
            Console.WriteLine(string.Join("  ", line.Select((cell, column) => column == 0 ? cell.PadRight(widths[0]) : cell.PadLeft(widths[column]))));
        }

        Console.WriteLine();
        foreach (var (system, version) in result.Versions)
        {
            Console.WriteLine($"{system}: {version}");
        }

        foreach (var missing in result.Missing)
        {
            Console.WriteLine($"not measured: {missing}");
        }
    }
}
