using FunctionJobs.Bench;

namespace FunctionJobs.Tests;

public sealed class PageTests
{
    [Fact]
    public void The_median_of_three_rounds_is_the_one_in_the_middle()
    {
        var summary = Summary.Of([300, 100, 200]);

        Assert.Equal((200, 100, 300), (summary.Median, summary.Min, summary.Max));
        Assert.Equal([300, 100, 200], summary.Values);
    }

    [Theory]
    [InlineData(true, 400, 100, "4.0 ×")]
    [InlineData(false, 100, 400, "4.0 ×")]
    [InlineData(true, 100, 400, "0.25 ×")]
    public void A_ratio_above_one_means_better_whichever_way_the_metric_goes(bool higherIsBetter, double ours, double other, string expected) =>
        Assert.Equal(expected, Figures.Ratio(Metric("enqueue-10", higherIsBetter, []), ours, other));

    [Fact]
    public void The_page_keeps_what_stands_around_the_results_and_a_second_write_changes_nothing()
    {
        var files = new BenchFiles(Directory.CreateTempSubdirectory("bench").FullName);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(files.Page)!);
            File.WriteAllText(files.Page, "# Before\n<!-- results: written by bench/run -->\nlast time\n<!-- end of results -->\nAfter\n");

            Page.Write(files, Result());
            var first = File.ReadAllText(files.Page);
            Page.Write(files, Result());

            Assert.StartsWith("# Before", first, StringComparison.Ordinal);
            Assert.EndsWith("After\n", first, StringComparison.Ordinal);
            Assert.DoesNotContain("last time", first, StringComparison.Ordinal);
            Assert.Contains("| enqueue-10 | 2.0 × |", first, StringComparison.Ordinal);
            Assert.Contains("20,000 (20,000–20,000)", first, StringComparison.Ordinal);
            Assert.Equal(first, File.ReadAllText(files.Page));
            Assert.StartsWith("<svg", File.ReadAllText(Path.Combine(files.Charts, "enqueue.svg")), StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(files.Root, recursive: true);
        }
    }

    [Theory]
    [InlineData("enqueue-10", 35_000, true)]
    [InlineData("enqueue-10", 34_999, false)]
    [InlineData("latency-busy-p50", 0.8, true)]
    [InlineData("latency-busy-p50", 0.81, false)]
    public void A_target_is_met_from_its_limit_on(string key, double value, bool met) =>
        Assert.Equal(met, Assert.Single(Target.All, target => target.Key == key).IsMet(value));

    [Theory]
    [InlineData(4.9, "4.9 | yes")]
    [InlineData(5.1, "5.1 | **no**")]
    public void The_slowest_kill_of_all_rounds_is_held_against_the_target_and_stands_with_the_median(double slowest, string verdict)
    {
        var page = PageOf(Result() with
        {
            Metrics =
            [
                Recovery(Metrics.Recovery, 2.5, 2.4, 2.6),
                Recovery(Metrics.RecoverySlowest, 3.1, slowest, 3.2),
            ],
        });

        Assert.Contains("| kill -9, the jobs run again after, s | ≤ 5 | 2.5 | yes |", page, StringComparison.Ordinal);
        Assert.Contains($"| kill -9, the jobs run again after, the slowest of all, s | ≤ 5 | {verdict} |", page, StringComparison.Ordinal);
        var section = page[page.IndexOf("### After a kill -9", StringComparison.Ordinal)..];
        Assert.Contains("| recovery-slowest, s |", section, StringComparison.Ordinal);

        static MetricResult Recovery(Metric metric, params double[] rounds) =>
            Metric(metric.Key, false, new() { ["FunctionJobs"] = Summary.Of(rounds) }) with { Unit = metric.Unit };
    }

    [Theory]
    [InlineData(17_500, "5.0 × of 2.9 ×")]
    [InlineData(10_290, "**2.9 ×** of 2.9 ×")]
    public void A_target_is_also_shown_as_a_multiple_of_the_peers(double ours, string expected)
    {
        var page = PageOf(Result() with
        {
            Versions = new Dictionary<string, string> { ["FunctionJobs"] = "1", ["BullMQ"] = "2" },
            Metrics = [Metric("enqueue-10", true, new() { ["FunctionJobs"] = Summary.Of([ours]), ["BullMQ"] = Summary.Of([3_500]) })],
        });

        // 35,000 beside 11,900.
        Assert.Contains($"| enqueue one by one, 10 callers, jobs/s | {expected} |", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Growth_is_the_cost_beside_a_backlog_as_a_multiple_of_the_cost_without()
    {
        var result = Result() with
        {
            Metrics =
            [
                Metric("growth-empty-enqueue", true, new() { ["FunctionJobs"] = Summary.Of([30_000]) }),
                Metric("growth-waiting-enqueue", true, new() { ["FunctionJobs"] = Summary.Of([20_000]) }),
                Metric("growth-waiting-enqueue-times", false, new() { ["FunctionJobs"] = Summary.Of([1.5, 1.1, 1.2]) }),
                Metric("growth-waiting-rescue-times", false, new() { ["FunctionJobs"] = Summary.Of([1.3]) }),
            ],
        };

        var (world, costs) = Assert.Single(Growth.Costs(result, "FunctionJobs"));

        Assert.Equal("growth-waiting-enqueue-times", world);
        Assert.Equal([1.2, null, null, 1.3, null], costs.Select(cost => cost?.Median));
    }

    [Theory]
    [InlineData(90, 95, "Redis is the limit.")]
    [InlineData(70, 95, "the machine is the limit.")]
    [InlineData(70, 80, "neither is full, and what is left is waiting for each other.")]
    public void The_page_says_how_drain_grows_with_the_processes_and_what_the_limit_is(double redis, double machine, string limit)
    {
        var work = Work.Waiting;
        var result = Result() with
        {
            Metrics =
            [
                Of(Metrics.Processes(1, Work.Nothing), 24_000), Of(Metrics.ProcessesRedis(1, Work.Nothing), 80),
                Of(Metrics.Processes(1, work), 7_000), Of(Metrics.Processes(2, work), 14_000), Of(Metrics.Processes(4, work), 20_000),
                Of(Metrics.ProcessesRedis(4, work), redis), Of(Metrics.ProcessesMachine(4, work), machine),
            ],
        };

        var text = Limit.Of(result, "FunctionJobs");

        Assert.Contains("takes 33.3 µs of Redis's core", text, StringComparison.Ordinal);
        Assert.Contains("would drain more than 30,000 a second", text, StringComparison.Ordinal);
        Assert.Contains("Jobs that wait 10 ms: 7,000, 14,000, 20,000 a second with 1, 2, 4 processes", text, StringComparison.Ordinal);
        Assert.Contains(limit, text, StringComparison.Ordinal);

        static MetricResult Of(Metric metric, double value) => Metric(metric.Key, metric.HigherIsBetter, new() { ["FunctionJobs"] = Summary.Of([value]) });
    }

    [Fact]
    public void The_speed_of_the_machine_stands_on_the_page_for_each_system_and_is_nothing_in_which_one_is_better()
    {
        var speed = Metrics.MachineSpeed;
        var speeds = Metric(speed.Key, speed.HigherIsBetter, new() { ["FunctionJobs"] = Summary.Of([5_000, 6_000, 9_000]), ["Other"] = Summary.Of([6_500]) });

        var page = PageOf(Result() with { Metrics = [.. Result().Metrics, speeds] });

        Assert.Contains("### The machine meanwhile", page, StringComparison.Ordinal);
        Assert.Contains("| 6,000 (5,000–9,000) | 6,500 (6,500–6,500) |", page, StringComparison.Ordinal);
        Assert.Single(page.Split('\n'), line => line.Contains(speed.Key, StringComparison.Ordinal));
    }

    [Fact]
    public void A_machine_is_busy_in_all_that_is_neither_idle_nor_waiting_for_a_disk()
    {
        var use = MachineUse.Read("cpu  300 0 100 500 50 10 20 20 7 0") - MachineUse.Read("cpu  100 0 100 300 50 10 20 20 7 0");

        Assert.Equal(50, use.Percent);
    }

    private static string PageOf(BenchResult result)
    {
        var files = new BenchFiles(Directory.CreateTempSubdirectory("bench").FullName);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(files.Page)!);
            File.WriteAllText(files.Page, "<!-- results: written by bench/run -->\n<!-- end of results -->\n");
            Page.Write(files, result);
            return File.ReadAllText(files.Page);
        }
        finally
        {
            Directory.Delete(files.Root, recursive: true);
        }
    }

    private static BenchResult Result() => new()
    {
        Date = "2030-01-01",
        Command = "bench/run",
        Rounds = 3,
        Machine = "2 cores",
        Cores = 2,
        Redis = "7.0.15",
        Versions = new Dictionary<string, string> { ["FunctionJobs"] = "1", ["Other"] = "2" },
        Missing = [],
        Metrics = [Metric("enqueue-10", true, new() { ["FunctionJobs"] = Summary.Of([20_000]), ["Other"] = Summary.Of([10_000]) })],
    };

    private static MetricResult Metric(string key, bool higherIsBetter, Dictionary<string, Summary> systems) =>
        new() { Key = key, Title = key, Unit = "jobs/s", HigherIsBetter = higherIsBetter, Systems = systems };
}
