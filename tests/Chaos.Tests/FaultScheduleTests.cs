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

    [Fact]
    public void A_run_of_nothing_but_deploys_has_no_job_that_kills_its_process()
    {
        Assert.Contains(Scripts(Options, 10_000), script => script.Deed == Deed.Poison);
        Assert.DoesNotContain(Scripts(Options with { Plan = ChaosPlan.Deploys }, 10_000), script => script.Deed == Deed.Poison);
    }

    [Fact]
    public void The_processes_of_a_run_know_its_plan_and_so_have_the_same_jobs() => Assert.All(Enum.GetValues<ChaosPlan>(), plan =>
    {
        var settings = new ChaosSettings { Options = Options with { Plan = plan }, Redis = "redis", Postgres = "postgres", JournalFile = "journal", Start = 0 };

        Assert.Equal(settings, ChaosSettings.From(name => settings.ToEnvironment().GetValueOrDefault(name)));
    });

    private static List<JobScript> Scripts(ChaosOptions options, int jobs = 200) =>
        [.. Enumerable.Range(0, jobs).Select(number => JobScript.Of(options, number))];
}
