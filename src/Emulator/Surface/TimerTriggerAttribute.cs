using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Runs the function on a schedule.</summary>
/// <param name="schedule">A cron expression of six fields (seconds first) or five, or an interval such as <c>00:05:00</c>.</param>
public sealed class TimerTriggerAttribute(string schedule) : TriggerBindingAttribute
{
    /// <summary>The schedule, as it was written.</summary>
    public string Schedule { get; private set; } = schedule;

    /// <summary>Whether <see cref="TimerInfo.ScheduleStatus"/> is kept. Default <see langword="true"/>.</summary>
    public bool UseMonitor { get; set; } = true;

    /// <summary>Whether the function also runs once at start. Default <see langword="false"/>.</summary>
    public bool RunOnStartup { get; set; }
}
