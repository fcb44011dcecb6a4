using FunctionJobs.Bench;

namespace FunctionJobs.Tests;

public sealed class RecoveryMeasurementTests
{
    [Fact]
    public void The_moment_of_a_kill_is_drawn_from_all_between_two_heartbeats_and_between_two_looks()
    {
        var random = new Random(1);
        var moments = Enumerable.Range(0, 1_000).Select(_ => RecoveryMeasurement.KillMoment.Draw(random)).ToList();

        AssertSpread(moments.Select(moment => moment.BeforeTheKill.TotalSeconds), 2);
        AssertSpread(moments.Select(moment => moment.BeforeTheHeir.TotalSeconds), 1);
    }

    [Fact]
    public void A_round_has_several_kills() => Assert.Equal((5, 2), (new Sizes().Kills, Sizes.Quick.Kills));

    private static void AssertSpread(IEnumerable<double> drawn, double period)
    {
        // In each tenth of the period its share, give or take six standard deviations.
        var tenths = drawn.GroupBy(seconds => (int)(seconds / period * 10)).ToDictionary(tenth => tenth.Key, tenth => tenth.Count());
        Assert.Equal(Enumerable.Range(0, 10), tenths.Keys.Order());
        Assert.All(tenths.Values, count => Assert.InRange(count, 43, 157));
    }
}
