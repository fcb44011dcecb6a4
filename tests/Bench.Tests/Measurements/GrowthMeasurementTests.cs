using FunctionJobs.Bench;

namespace FunctionJobs.Tests;

public sealed class GrowthMeasurementTests
{
    [Fact]
    public void Both_sides_of_a_comparison_have_the_same_settings_but_for_their_queues()
    {
        var (one, many) = GrowthMeasurement.Queues;
        var (without, with) = (one.Running("redis"), many.Running("redis"));

        Assert.Equal((1, 50), (one.Queues, many.Queues));
        Assert.Equal(without.Concurrency * one.Queues, with.Concurrency * many.Queues);
        Assert.Equal(Alike(without), Alike(with));

        static IEnumerable<KeyValuePair<string, string?>> Alike(WorkerSetup setup) => setup.Settings.Where(setting => setting.Key != "BENCH_QUEUES").OrderBy(setting => setting.Key);
    }
}
