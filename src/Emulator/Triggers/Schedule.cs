using System.Globalization;

namespace FunctionJobs.Emulator.Triggers;

/// <summary>When a timer fires. All times are UTC, as in Azure.</summary>
internal abstract class Schedule
{
    /// <summary>Reads a cron expression, or an interval such as <c>00:05:00</c>.</summary>
    /// <exception cref="FormatException">It is neither, or a time that never comes.</exception>
    public static Schedule Parse(string text)
    {
        if (!TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var interval) || !text.Contains(':', StringComparison.Ordinal))
        {
            return CronSchedule.Parse(text);
        }

        return interval > TimeSpan.Zero ? new IntervalSchedule(interval) : throw new FormatException("An interval must be above zero.");
    }

    /// <summary>The first time after <paramref name="after"/>.</summary>
    public abstract DateTime Next(DateTime after);

    private sealed class IntervalSchedule(TimeSpan interval) : Schedule
    {
        public override DateTime Next(DateTime after) => after + interval;
    }
}
