using System.Diagnostics;
using FunctionJobs.LocalServices;

namespace FunctionJobs.Tests;

/// <summary>What a worker may cost that has nothing to do. A slow machine polls less, never more.</summary>
public sealed class IdleCostTests
{
    // The start costs more: checks, scripts that are sent for the first time.
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Watched = TimeSpan.FromSeconds(15);

    // A poll each 50 ms at most, and the one more that a window can hold.
    private const double PollsCeiling = 20.2;

    // 4.9 to 5.0 were measured.
    private const double OwnCeiling = 5.5;

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

        // Caretakers go round every 2 to 30 seconds. A window that holds one round more is followed by one that holds fewer.
        var rate = await RateAsync(meter);
        for (var again = 0; again < 2 && rate.IsTooMuch; again++)
        {
            rate = await RateAsync(meter);
        }

        Assert.InRange(rate.Polls, 1, PollsCeiling);
        Assert.InRange(rate.Own, 1, OwnCeiling);
        Assert.InRange(rate.Polls + rate.Own, 1, Ceiling);
    }

    private static async Task<Rate> RateAsync(Meter meter)
    {
        var clock = Stopwatch.StartNew();
        var cost = await meter.CountAsync(1, () => Task.Delay(Watched));
        var seconds = clock.Elapsed.TotalSeconds;
        return new Rate(cost.Polls / seconds, (cost.Commands - cost.Polls) / seconds);
    }

    /// <param name="Polls">The trigger's commands per second.</param>
    /// <param name="Own">The worker's own.</param>
    private readonly record struct Rate(double Polls, double Own)
    {
        public bool IsTooMuch => Polls > PollsCeiling || Own > OwnCeiling || Polls + Own > Ceiling;
    }
}
