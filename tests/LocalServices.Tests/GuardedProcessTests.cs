using FunctionJobs.LocalServices;

namespace FunctionJobs.Tests;

public sealed class GuardedProcessTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_run_gives_the_exit_code_and_all_output()
    {
        var (code, output) = await GuardedProcess.RunAsync(Shell("echo one; echo two >&2; exit 7"), Cancellation);

        Assert.Equal(7, code);
        Assert.Equal(["one", "two"], output.Split('\n').Order());
    }

    [Fact]
    public async Task A_program_that_ignores_the_stop_signal_is_killed_after_the_grace()
    {
        var deaf = new TaskCompletionSource();
        await using var process = await GuardedProcess.StartAsync(
            Shell("trap '' TERM; echo deaf; while true; do sleep 1; done") with
            {
                StopGrace = TimeSpan.FromSeconds(1),
                OnLine = _ => deaf.TrySetResult(),
            },
            Cancellation);
        await deaf.Task.WaitAsync(Cancellation);

        await process.StopAsync();

        Assert.Equal(128 + 9, await process.Exited);
    }

    [Fact]
    public async Task What_the_program_has_started_goes_with_it()
    {
        await using var child = await ChildProcess.StartAsync(
            new ChildProcessOptions { Program = "sh", Arguments = ["-c", "sleep infinity & echo child $!; wait"] }, Cancellation);
        var grandchild = (await child.WaitForLineAsync(@"^child (\d+)$")).Groups[1].Value;

        await child.DisposeAsync();

        await Eventually.TrueAsync(() => !Directory.Exists($"/proc/{grandchild}"), "the grandchild is gone");
    }

    [Fact]
    public async Task When_the_guard_itself_is_killed_the_kernel_kills_the_program()
    {
        await using var process = await GuardedProcess.StartAsync(
            Shell("sleep infinity") with { User = ServiceUser.ForPostgres(), WorkingFolder = "/" }, Cancellation);
        var status = await File.ReadAllLinesAsync($"/proc/{process.Id}/status", Cancellation);
        var guard = int.Parse(status.Single(line => line.StartsWith("PPid:", StringComparison.Ordinal))[5..], System.Globalization.CultureInfo.InvariantCulture);

        Signals.Send(guard, Signal.Kill);

        await Eventually.TrueAsync(() => !Directory.Exists($"/proc/{process.Id}"), "the program is gone");
    }

    private static GuardedProcessOptions Shell(string script) => new() { Program = "sh", Arguments = ["-c", script] };
}
