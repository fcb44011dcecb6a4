namespace Microsoft.Azure.Functions.Worker;

/// <summary>Where a timer stands in its schedule. All times are UTC.</summary>
public class ScheduleStatus
{
    /// <summary>When the timer fired before this run; the smallest date when it has not.</summary>
    public DateTime Last { get; set; }

    /// <summary>When the timer fires after this run.</summary>
    public DateTime Next { get; set; }

    /// <summary>When this status was written.</summary>
    public DateTime LastUpdated { get; set; }
}
