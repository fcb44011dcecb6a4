using FunctionJobs.Bench;

namespace FunctionJobs.Tests;

public sealed class OptionsTests
{
    [Theory]
    [InlineData("", true)]
    [InlineData("--rounds 5", true)]
    [InlineData("--quick", false)]
    [InlineData("--rounds 2", false)]
    [InlineData("drain", false)]
    public void Only_a_complete_run_replaces_the_result(string arguments, bool replaces) =>
        Assert.Equal(replaces, Read(arguments).MayReplace(Missing()));

    [Fact]
    public void A_run_that_missed_a_system_does_not_replace_the_result() =>
        Assert.False(Read("").MayReplace(Missing("BullMQ: node could not be started")));

    private static Options Read(string arguments) => Options.Read(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private static BenchResult Missing(params string[] missing) => new()
    {
        Date = "2030-01-01",
        Command = "bench/run",
        Rounds = 3,
        Machine = "2 cores",
        Cores = 2,
        Redis = "7.0.15",
        Versions = new Dictionary<string, string>(),
        Missing = missing,
        Metrics = [],
    };
}
