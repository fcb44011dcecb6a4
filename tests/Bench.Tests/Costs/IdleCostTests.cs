using System.Diagnostics;
using FunctionJobs.LocalServices;

namespace FunctionJobs.Tests;

/// <summary>What a worker may cost that has nothing to do. A slow machine polls less, never more.</summary>
public sealed class IdleCostTests
{
    // The start costs more: checks, scripts that are sent for the first time.
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(4);

    // Caretakers go round every 2 to 30 seconds: each of them as often as it does on average.
    private static readonly TimeSpan Watched = TimeSpan.FromSeconds(30);

    // A poll each 50 ms at most, and the one more that a window can hold.
    private const double PollsCeiling = 20.2;

    // 5.4 were measured.
    private const double OwnCeiling = 6;

    private const double Ceiling = 25;

    [Fact]
    public async Task An_idle_worker_with_its_trigger_sends_at_most_25_commands_per_second_and_queue_and_few_of_them_are_its_own()
    {
        await using var meter = await Meter.StartAsync();
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var worker = await GuardedProcess.StartAsync(new GuardedProcessOptions
        {
            Program = "dotnet",
            Arguments = [BenchPrograms.PathOf("Worker")],
            Environment = new Dictionary<string, string?> { ["BENCH_REDIS"] = meter.Redis },
            OnLine = line =>
            {
                if (line.StartsWith("ready ", StringComparison.Ordinal))
                {
                    ready.TrySetResult();
                }
            },
        });
        await ready.Task.WaitAsync(TimeSpan.FromSeconds(60));
        await Task.Delay(Settle);

        var clock = Stopwatch.StartNew();
        var cost = await meter.CountAsync(1, () => Task.Delay(Watched));
        var seconds = clock.Elapsed.TotalSeconds;

        Assert.InRange(cost.Polls / seconds, 1, PollsCeiling);
        Assert.InRange((cost.Commands - cost.Polls) / seconds, 1, OwnCeiling);
        Assert.InRange(cost.Commands / seconds, 1, Ceiling);
    }
}
