using FunctionJobs.Chaos;

namespace FunctionJobs.Tests;

public sealed class FaultScheduleTests
{
    private static readonly ChaosOptions Options = ChaosOptions.Parse(["--seed", "5"])!;

    [Fact]
    public void The_same_seed_gives_the_same_faults_and_the_same_jobs()
    {
        Assert.Equal(FaultSchedule.Plan(Options), FaultSchedule.Plan(Options with { Jobs = Options.Jobs }));
        Assert.Equal(Scripts(Options), Scripts(Options with { Report = "elsewhere" }));
    }

    [Fact]
    public void Another_seed_gives_others()
    {
        Assert.NotEqual(FaultSchedule.Plan(Options), FaultSchedule.Plan(Options with { Seed = 6 }));
        Assert.NotEqual(Scripts(Options), Scripts(Options with { Seed = 6 }));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Even_the_shortest_run_has_every_fault(int seed)
    {
        var faults = FaultSchedule.Plan(Options with { Seed = seed, Load = TimeSpan.FromSeconds(30) });

        Assert.Equal(Enum.GetValues<FaultKind>().Order(), faults.Select(fault => fault.Kind).Distinct().Order());
    }

    private static List<JobScript> Scripts(ChaosOptions options) =>
        [.. Enumerable.Range(0, 200).Select(number => JobScript.Of(options, number))];
}
