using FunctionJobs.Chaos;

namespace FunctionJobs.Tests;

/// <summary>Short runs of ./chaos, as processes of their own. docs/reliability.md has a long one.</summary>
public sealed class ChaosRunTests
{
    [Fact]
    public Task Every_fault_once_and_everything_is_as_it_must_be() =>
        RunAsync("--jobs", "1500", "--minutes", "0.75", "--seed", "1");

    [Fact]
    public Task A_rolling_restart_of_four_workers_under_load_loses_no_job_and_uses_up_no_attempt() =>
        RunAsync("--plan", "deploys", "--jobs", "3000", "--minutes", "1", "--seed", "1");

    private static async Task RunAsync(params string[] arguments)
    {
        await using var run = await ChildProcess.StartDotnetAsync(typeof(ChaosOptions).Assembly.Location, arguments);

        var code = await run.WaitForExitAsync(TimeSpan.FromMinutes(4));

        Assert.True(code == 0, string.Join('\n', run.Lines));
    }
}
