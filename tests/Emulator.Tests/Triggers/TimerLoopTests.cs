using Microsoft.Extensions.DependencyInjection;

namespace FunctionJobs.Emulator.Tests.Triggers;

public sealed class TimerLoopTests
{
    [Fact]
    public async Task A_timer_fires_at_start_if_told_to_and_then_on_schedule()
    {
        var clock = new WatchedClock();
        clock.SetUtcNow(new DateTimeOffset(2026, 1, 1, 12, 0, 10, TimeSpan.Zero));
        await using var app = await EmulatedApp.StartAsync<OnTimer>(new()
        {
            Schedule = "0 * * * * *",
            Configure = builder => builder.Services.AddSingleton<TimeProvider>(clock),
        });
        await app.Probe.HasEndedAsync("last 00:00:00, next 12:01:00");

        await clock.IsWaitedForAsync(TimeSpan.FromSeconds(50));
        clock.Advance(TimeSpan.FromSeconds(49));
        Assert.Single(app.Probe.Started);
        clock.Advance(TimeSpan.FromSeconds(1));
        await app.Probe.HasEndedAsync("last 12:00:10, next 12:02:00");
    }
}
