namespace FunctionJobs.Bench;

/// <summary>Says how drain grows with the worker processes, and what kept it from growing on.</summary>
internal static class Limit
{
    // Of what there is: so much counts as all of it.
    private const double Full = 85;

    /// <returns>A paragraph, or nothing where it was not measured.</returns>
    public static string Of(BenchResult result, string system)
    {
        string[] sentences = [.. One(), .. ((Work[])[Work.Nothing, Work.Waiting]).SelectMany(Grown)];
        return sentences.Length == 0 ? string.Empty : string.Join(' ', sentences) + "\n\n";

        // Where one process keeps it busiest. In larger batches, as of more at a time, a job costs less.
        IEnumerable<string> One() =>
            Median(Metrics.Processes(1, Work.Nothing)) is { } rate && Median(Metrics.ProcessesRedis(1, Work.Nothing)) is { } redis
                ? [$"A job that does nothing takes {Figures.Text(redis / 100 / rate * 1e6)} µs of Redis's core, which runs scripts one after the other, "
                    + $"with one process of {Work.Nothing.Concurrency} at a time. At that cost no number of {system} processes would drain more than {Figures.Text(rate * 100 / redis)} a second here."]
                : [];

        IEnumerable<string> Grown(Work work)
        {
            var most = Metrics.ProcessCounts[^1];
            var rates = Metrics.ProcessCounts.Select(processes => Median(Metrics.Processes(processes, work))).ToList();
            if (rates.Contains(null) || Median(Metrics.ProcessesRedis(most, work)) is not { } redis || Median(Metrics.ProcessesMachine(most, work)) is not { } machine)
            {
                return [];
            }

            var limit = (redis >= Full, machine >= Full) switch
            {
                (true, _) => "Redis is the limit",
                (_, true) => "the machine is the limit",
                _ => "neither is full, and what is left is waiting for each other",
            };
            return [$"{char.ToUpperInvariant(work.Jobs[0])}{work.Jobs[1..]}: {string.Join(", ", rates.Select(rate => Figures.Text(rate!.Value)))} a second with "
                + $"{string.Join(", ", Metrics.ProcessCounts)} processes; with {most} Redis used {Figures.Text(redis)} % of its core and everything together "
                + $"{Figures.Text(machine)} % of the machine's {result.Cores}: {limit}."];
        }

        double? Median(Metric metric) => result.Metrics.FirstOrDefault(one => one.Key == metric.Key)?.Systems.GetValueOrDefault(system)?.Median;
    }
}
