using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;

namespace FunctionJobs.Emulator.Tests;

/// <summary>A clock that a test moves, and that tells what is waited for.</summary>
internal sealed class WatchedClock : FakeTimeProvider
{
    private readonly ConcurrentBag<TimeSpan> waits = [];

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        waits.Add(dueTime);
        return timer;
    }

    /// <summary>Ends when something has begun to wait for this long.</summary>
    public Task IsWaitedForAsync(TimeSpan wait, int times = 1) =>
        Eventually.TrueAsync(() => waits.Count(known => known == wait) >= times, $"a wait of {wait}");
}
