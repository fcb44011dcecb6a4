using FunctionJobs.Chaos;

namespace FunctionJobs.Tests;

public sealed class FleetTests
{
    [Fact]
    public async Task A_process_that_ends_with_an_error_again_and_again_does_not_keep_the_run()
    {
        using var folder = new TemporaryFolder();
        var settings = new ChaosSettings { Options = ChaosOptions.Parse([])!, Redis = "redis", Postgres = "postgres", JournalFile = "", Start = 0 };
        // A role that there is not: the program says how it is used, and ends with 2.
        var fleet = new Fleet("nobody", 1, settings, folder.Path, new Dictionary<string, string?>());
        fleet.Start();

        await fleet.FinishAsync(TimeSpan.FromSeconds(3)).WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Contains(fleet.Lives, life => life is { ExitCode: 2, StoppedAt: null });
        Assert.All(fleet.Lives, life => Assert.NotNull(life.EndedAt));
    }
}
