using System.Globalization;
using FunctionJobs.Bench;
using Microsoft.Extensions.Time.Testing;

namespace FunctionJobs.Tests;

public sealed class JobCounterTests
{
    private readonly TimerCount time = new();
    private readonly List<string> lines = [];

    [Fact]
    public void Where_latency_is_measured_the_count_comes_with_each_job_and_no_timer_runs()
    {
        var counter = Start(latency: true);
        for (var job = 0; job < 3; job++)
        {
            counter.Ran(Clock.Microseconds().ToString(CultureInfo.InvariantCulture));
        }

        time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(["ready", "latency", "count 1", "latency", "count 2", "latency", "count 3"], Said());
        Assert.Equal(0, time.Timers);
    }

    [Fact]
    public void Elsewhere_the_count_comes_at_the_first_job_and_the_last_and_every_20_ms()
    {
        var counter = Start(latency: false);
        Run(2);
        time.Advance(TimeSpan.FromMilliseconds(20));
        time.Advance(TimeSpan.FromMilliseconds(20));
        Run(3);

        Assert.Equal(["ready", "count 1", "count 2", "count 5"], Said());

        void Run(int jobs)
        {
            for (var job = 0; job < jobs; job++)
            {
                counter.Ran("Maria");
            }
        }
    }

    private JobCounter Start(bool latency)
    {
        var counter = new JobCounter(last: 5, latency, time, lines.Add);
        counter.Ready();
        return counter;
    }

    /// <summary>Without the process, the time and the latency.</summary>
    private IEnumerable<string> Said() => lines.Select(line => line.Split(' ')).Select(words => words[0] == "count" ? $"count {words[2]}" : words[0]);

    private sealed class TimerCount : FakeTimeProvider
    {
        public int Timers { get; private set; }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Timers++;
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }
}
