using FunctionJobs.Functions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using Polly;
using Polly.CircuitBreaker;
using Polly.Registry;

namespace FunctionJobs.Tests.Startup;

/// <summary>When calls of an outside service are tried again, and when they fail at once.</summary>
public sealed class ResilienceTests
{
    public static TheoryData<string> Services => [Resilience.Smtp, Resilience.Database, Resilience.ImageStore];

    [Theory]
    [MemberData(nameof(Services))]
    public async Task Where_8_of_10_tries_fail_all_calls_fail_at_once_for_5_seconds(string service)
    {
        using var outside = new Outside(service);
        await outside.SucceedAsync(2);

        // Two calls with three tries each, and one that gives up after its second.
        await Assert.ThrowsAsync<IOException>(outside.FailAsync);
        await Assert.ThrowsAsync<IOException>(outside.FailAsync);
        await Assert.ThrowsAsync<BrokenCircuitException>(outside.FailAsync);
        Assert.Equal(10, outside.Tries);
        var waits = outside.Clock.Waits;

        await Assert.ThrowsAsync<BrokenCircuitException>(() => outside.SucceedAsync(1));
        outside.Clock.Advance(TimeSpan.FromSeconds(4));
        await Assert.ThrowsAsync<BrokenCircuitException>(() => outside.SucceedAsync(1));
        Assert.Equal((10, waits), (outside.Tries, outside.Clock.Waits));

        outside.Clock.Advance(TimeSpan.FromSeconds(1));
        await outside.SucceedAsync(3);
        Assert.Equal(13, outside.Tries);
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task Where_fewer_fail_each_call_has_its_three_tries(string service)
    {
        using var outside = new Outside(service);
        await outside.SucceedAsync(3);

        for (var call = 1; call <= 3; call++)
        {
            await Assert.ThrowsAsync<IOException>(outside.FailAsync);
        }

        // 9 of 12 have failed.
        await outside.SucceedAsync(1);
        Assert.Equal(13, outside.Tries);
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task Failures_of_more_than_20_seconds_ago_are_forgotten(string service)
    {
        using var outside = new Outside(service);
        await Assert.ThrowsAsync<IOException>(outside.FailAsync);
        await Assert.ThrowsAsync<IOException>(outside.FailAsync);
        await Assert.ThrowsAsync<IOException>(outside.FailAsync);

        outside.Clock.Advance(TimeSpan.FromSeconds(21));
        await Assert.ThrowsAsync<IOException>(outside.FailAsync);
        await Assert.ThrowsAsync<IOException>(outside.FailAsync);
        await Assert.ThrowsAsync<IOException>(outside.FailAsync);

        Assert.Equal(18, outside.Tries);
    }

    /// <summary>A service that answers or does not, as it is asked to, behind the app's pipeline.</summary>
    private sealed class Outside : IDisposable
    {
        private readonly IHost host;
        private readonly ResiliencePipeline pipeline;

        public Outside(string service)
        {
            var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
            builder.Services.AddTransient(_ => new ResiliencePipelineBuilder { TimeProvider = Clock });
            builder.AddResilience();
            host = builder.Build();
            pipeline = host.Services.GetRequiredService<ResiliencePipelineProvider<string>>().GetPipeline(service);
        }

        public ClockThatIsNotWaitedFor Clock { get; } = new();

        public int Tries { get; private set; }

        /// <summary>Calls that succeed at once.</summary>
        public async Task SucceedAsync(int calls)
        {
            for (var call = 1; call <= calls; call++)
            {
                await CallAsync(() => { });
            }
        }

        /// <summary>One call whose tries all fail.</summary>
        public Task FailAsync() => CallAsync(() => throw new IOException("It is away."));

        public void Dispose() => host.Dispose();

        private async Task CallAsync(Action work) => await pipeline.ExecuteAsync(
            _ =>
            {
                Tries++;
                work();
                return ValueTask.CompletedTask;
            },
            TestContext.Current.CancellationToken);
    }

    /// <summary>A wait between two tries is over at once, and has moved the clock. Otherwise it stands still.</summary>
    private sealed class ClockThatIsNotWaitedFor : FakeTimeProvider
    {
        // The timeouts of tries are longer.
        private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(3);

        public int Waits { get; private set; }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            if (dueTime > TimeSpan.Zero && dueTime < LongestWait)
            {
                Waits++;
                Advance(dueTime);
            }

            return timer;
        }
    }
}
