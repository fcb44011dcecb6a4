using System.Diagnostics;
using FunctionJobs.LocalServices;

namespace FunctionJobs.Tests;

/// <summary>What a worker may cost that has nothing to do. A slow machine polls less, never more.</summary>
public sealed class IdleCostTests
{
    // The start costs more: checks, scripts that are sent for the first time.
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Watched = TimeSpan.FromSeconds(8);

    [Fact]
    public async Task An_idle_worker_with_its_trigger_sends_fewer_than_25_commands_per_second_and_queue()
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

        Assert.InRange(cost.Commands / clock.Elapsed.TotalSeconds, 1, 25);
    }
}
