namespace FunctionJobs.Bench;

/// <summary>Says what kept more worker processes from draining faster.</summary>
internal static class Limit
{
    private const int Processes = 4;

    // Of what there is: so much counts as all of it.
    private const double Full = 85;

    /// <returns>A paragraph, or nothing where it was not measured.</returns>
    public static string Of(BenchResult result, string system)
    {
        if (Median($"processes-{Processes}-redis") is not { } redis || Median($"processes-{Processes}-cpu") is not { } workers)
        {
            return string.Empty;
        }

        var all = (redis + workers) / result.Cores;
        var limit = (redis >= Full, all >= Full) switch
        {
            (true, _) => "Redis is the limit: it runs scripts on one core, and that one is full.",
            (_, true) => "The machine is the limit: its cores are full before Redis's own is.",
            _ => "Neither Redis nor the machine is full: what is left is waiting for each other.",
        };
        return $"With {Processes} worker processes of {system} Redis used {Figures.Text(redis)} % of a core and the workers {Figures.Text(workers)} %, "
            + $"together {Figures.Text(all)} % of the machine's {result.Cores}. {limit}\n\n";

        double? Median(string key) => result.Metrics.FirstOrDefault(metric => metric.Key == key)?.Systems.GetValueOrDefault(system)?.Median;
    }
}
