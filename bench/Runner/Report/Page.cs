using System.Text;

namespace FunctionJobs.Bench;

/// <summary>Writes the charts and, into <c>docs/benchmarks.md</c> between its two marks, the tables.</summary>
internal static class Page
{
    private const string Begin = "<!-- results: written by bench/run -->";
    private const string End = "<!-- end of results -->";
    private const string Us = "FunctionJobs";

    public static void Write(BenchFiles files, BenchResult result)
    {
        var text = new StringBuilder();
        WriteCircumstances(text, result);
        WriteTargets(text, result);
        WriteTargetsBesidePeers(text, result);
        WriteRatios(text, result);
        Directory.CreateDirectory(files.Charts);
        foreach (var section in Section.All)
        {
            WriteSection(text, files, section, result);
        }

        var page = File.ReadAllText(files.Page);
        var from = page.IndexOf(Begin, StringComparison.Ordinal);
        var to = page.IndexOf(End, StringComparison.Ordinal);
        if (from < 0 || to < from)
        {
            throw new BenchException($"{files.Page} has lost its marks, '{Begin}' and '{End}'.");
        }

        File.WriteAllText(files.Page, $"{page[..from]}{Begin}\n\n{text}{page[to..]}");
    }

    private static void WriteCircumstances(StringBuilder text, BenchResult result)
    {
        text.Append($"""
            {result.Date}, `{result.Command}`, {result.Rounds} rounds. {result.Machine}. redis-server {result.Redis}, append-only, everysec.

            """);
        text.Append('\n');
        foreach (var (system, version) in result.Versions)
        {
            text.Append($"- {system}: {version}\n");
        }

        foreach (var missing in result.Missing)
        {
            text.Append($"- not measured: {missing}\n");
        }

        text.Append('\n');
    }

    /// <summary>The medians beside what the project set itself.</summary>
    private static void WriteTargets(StringBuilder text, BenchResult result)
    {
        text.Append("### What was aimed at\n\n");
        WriteRow(text, ["median", "target", "measured", "met"]);
        WriteRow(text, ["---", "---:", "---:", "---"]);
        foreach (var target in Target.All)
        {
            var summary = result.Metrics.FirstOrDefault(metric => metric.Key == target.Key)?.Systems.GetValueOrDefault(Us);
            WriteRow(text, [target.Title, target.LimitText, .. Verdict(summary is null ? null : target.Measured(summary), target.IsMet)]);
        }

        var grown = Growth.Costs(result, Us).SelectMany(world => world.Costs).Max(cost => cost?.Median);
        WriteRow(text, ["a verb's cost beside a backlog, times that without, the worst", $"≤ {Figures.Text(Growth.Limit)}", .. Verdict(grown, cost => cost <= Growth.Limit)]);
        text.Append('\n');
    }

    /// <summary>Machines differ, and the targets were set on one: what they are as multiples of the peers' figures there, and what it is here.</summary>
    private static void WriteTargetsBesidePeers(StringBuilder text, BenchResult result)
    {
        List<string> peers = [.. result.Versions.Keys.Where(system => Target.All.Any(target => target.Peers.ContainsKey(system)))];
        if (peers.Count == 0)
        {
            return;
        }

        text.Append("The targets were set on another machine, beside what the others did there. How many times better than each, of how many times "
            + "the target is; what misses it is bold:\n\n");
        WriteRow(text, ["", .. peers]);
        WriteRow(text, ["---", .. peers.Select(_ => "---:")]);
        foreach (var target in Target.All.Where(target => target.Peers.Count > 0))
        {
            var metric = result.Metrics.FirstOrDefault(metric => metric.Key == target.Key);
            WriteRow(text, [target.Title, .. peers.Select(peer => Beside(target, metric, peer))]);
        }

        text.Append('\n');
    }

    private static string Beside(Target target, MetricResult? metric, string peer)
    {
        if (!target.Peers.TryGetValue(peer, out var there)
            || metric?.Systems.GetValueOrDefault(peer) is not { } here
            || metric.Systems.GetValueOrDefault(Us) is not { } ours)
        {
            return "–";
        }

        // A rate may be as much lower as the peer's is, a time as much longer.
        var measured = Figures.Ratio(metric, ours.Median, here.Median);
        return $"{(target.IsMet(ours.Median * there / here.Median) ? measured : $"**{measured}**")} of {Figures.Ratio(metric, target.Limit, there)}";
    }

    private static string[] Verdict(double? value, Func<double, bool> isMet) =>
        value is { } measured ? [Figures.Text(measured), isMet(measured) ? "yes" : "**no**"] : ["–", "not measured"];

    private static void WriteRatios(StringBuilder text, BenchResult result)
    {
        List<string> peers = [.. result.Versions.Keys.Where(system => !system.StartsWith(Us, StringComparison.Ordinal) && IsQueue(system))];
        var shared = result.Metrics.Where(metric =>
            metric.Systems.ContainsKey(Us) && !Section.IsUse(metric.Key) && peers.Any(metric.Systems.ContainsKey));
        text.Append("### How many times better than each\n\n");
        WriteRow(text, ["", .. peers]);
        WriteRow(text, ["---", .. peers.Select(_ => "---:")]);
        foreach (var metric in shared)
        {
            var ours = metric.Systems[Us].Median;
            WriteRow(text,
            [
                metric.Title,
                .. peers.Select(peer => metric.Systems.TryGetValue(peer, out var summary) ? Figures.Ratio(metric, ours, summary.Median) : "–"),
            ]);
        }

        text.Append('\n');

        // A tool that resizes pictures has a column of its own with these.
        bool IsQueue(string system) => result.Metrics.Any(metric => !Section.IsPictures(metric.Key) && metric.Systems.ContainsKey(system));
    }

    private static void WriteSection(StringBuilder text, BenchFiles files, Section section, BenchResult result)
    {
        List<MetricResult> metrics = [.. result.Metrics.Where(metric => section.Has(metric.Key))];
        if (metrics.Count == 0)
        {
            return;
        }

        text.Append($"### {section.Heading}\n\n");
        List<MetricResult> drawn = [.. metrics.Where(metric => section.InChart(metric.Key))];
        if (drawn.Count > 0)
        {
            File.WriteAllText(Path.Combine(files.Charts, section.Name + ".svg"), Chart.Draw(drawn));
            text.Append($"![{section.Heading}](benchmarks/{section.Name}.svg)\n\n");
        }

        var systems = result.SystemsOf(metrics);
        WriteRow(text, ["median (least–most)", .. systems]);
        WriteRow(text, ["---", .. systems.Select(_ => "---:")]);
        foreach (var metric in metrics)
        {
            WriteRow(text, [$"{metric.Title}, {metric.Unit}", .. systems.Select(system => Cell(metric, system))]);
        }

        text.Append('\n');
        if (section.Name == "growth")
        {
            WriteGrowth(text, result);
        }

        if (section.Name == "processes")
        {
            text.Append(Limit.Of(result, Us));
        }
    }

    private static void WriteGrowth(StringBuilder text, BenchResult result)
    {
        text.Append("The same as multiples of the cost beside the empty queue that took turns with it, below 1 where it was less:\n\n");
        WriteRow(text, ["median (least–most)", .. Growth.Verbs]);
        WriteRow(text, ["---", .. Growth.Verbs.Select(_ => "---:")]);
        foreach (var (world, costs) in Growth.Costs(result, Us))
        {
            WriteRow(text, [world, .. costs.Select(Cell)]);
        }

        text.Append('\n');
    }

    private static string Cell(MetricResult metric, string system) => Cell(metric.Systems.GetValueOrDefault(system));

    private static string Cell(Summary? summary) => summary is not null
        ? $"{Figures.Text(summary.Median)} ({Figures.Text(summary.Min)}–{Figures.Text(summary.Max)})"
        : "–";

    private static void WriteRow(StringBuilder text, IEnumerable<string> cells) => text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
}
