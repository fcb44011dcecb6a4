namespace Microsoft.Azure.Functions.Worker;

/// <summary>What a timer function is told about its schedule.</summary>
public class TimerInfo
{
    /// <summary>When the timer fired last and fires next; <see langword="null"/> when <see cref="TimerTriggerAttribute.UseMonitor"/> is off.</summary>
    public ScheduleStatus? ScheduleStatus { get; set; }

    /// <summary>Whether this run is later than it should have been.</summary>
    public bool IsPastDue { get; set; }
}
