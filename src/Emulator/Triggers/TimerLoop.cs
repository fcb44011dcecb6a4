using FunctionJobs.Emulator.Discovery;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace FunctionJobs.Emulator.Triggers;

/// <summary>Fires a function on its schedule, one run at a time. A time that passes during a run is skipped.</summary>
internal sealed class TimerLoop(Function function, TimerTrigger trigger, TriggerTools tools, ILogger logger) : ITriggerLoop
{
    private DateTime last;

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken stopping)
    {
        try
        {
            if (trigger.RunOnStartup)
            {
                await FireAsync(Now, stopping);
            }

            while (true)
            {
                var due = trigger.Schedule.Next(Now);
                await WaitUntilAsync(due, stopping);
                await FireAsync(due, stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }
    }

    /// <inheritdoc/>
    public Task CloseAsync() => Task.CompletedTask;

    private DateTime Now => tools.Time.GetUtcNow().UtcDateTime;

    // In steps, because a timer can be early by a moment and cannot wait for months.
    private async Task WaitUntilAsync(DateTime due, CancellationToken stopping)
    {
        for (var left = due - Now; left > TimeSpan.Zero; left = due - Now)
        {
            var step = TimeSpan.FromMilliseconds(Math.Clamp(Math.Ceiling(left.TotalMilliseconds), 1, TimeSpan.MillisecondsPerDay));
            await Task.Delay(step, tools.Time, stopping);
        }
    }

    private async Task FireAsync(DateTime due, CancellationToken stopping)
    {
        var status = new ScheduleStatus { Last = last, Next = trigger.Schedule.Next(due), LastUpdated = Now };
        last = due;
        var tick = new TimerTick(new TimerInfo { ScheduleStatus = trigger.UseMonitor ? status : null });
        await tools.Invoker.RunAsync(function, tick, logger).WaitAsync(stopping);
    }
}
