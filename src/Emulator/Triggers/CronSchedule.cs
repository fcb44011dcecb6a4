namespace FunctionJobs.Emulator.Triggers;

/// <summary>
/// A cron expression of six fields (second, minute, hour, day, month, day of week) or the last five of them. A day must
/// satisfy both day fields, as the real host reads them.
/// </summary>
internal sealed class CronSchedule : Schedule
{
    // Long enough for 29 February on a given day of the week across a century that is no leap year.
    private const int HorizonInYears = 41;

    private readonly CronField seconds, minutes, hours, days, months, weekdays;

    private CronSchedule(CronField[] fields) =>
        (seconds, minutes, hours, days, months, weekdays) = (fields[0], fields[1], fields[2], fields[3], fields[4], fields[5]);

    /// <summary>Reads the expression.</summary>
    /// <exception cref="FormatException">It is not one, or the time never comes.</exception>
    public static new CronSchedule Parse(string text)
    {
        var parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (parts.Length == 5)
        {
            parts = ["0", .. parts];
        }

        if (parts.Length != 6)
        {
            throw new FormatException("A cron expression has five or six fields.");
        }

        var schedule = new CronSchedule(
        [
            CronField.Parse("second", parts[0], 0, 59),
            CronField.Parse("minute", parts[1], 0, 59),
            CronField.Parse("hour", parts[2], 0, 23),
            CronField.Parse("day", parts[3], 1, 31),
            CronField.Parse("month", parts[4], 1, 12, CronField.MonthNames),
            CronField.Parse("day of week", parts[5], 0, 6, CronField.DayNames),
        ]);
        _ = schedule.Next(DateTime.UnixEpoch);
        return schedule;
    }

    /// <inheritdoc/>
    public override DateTime Next(DateTime after)
    {
        var time = after.AddTicks(TimeSpan.TicksPerSecond - (after.Ticks % TimeSpan.TicksPerSecond));
        var horizon = after.AddYears(HorizonInYears);
        while (time < horizon)
        {
            // From the coarsest field on: each step moves to the start of the next month, day, hour, minute or second.
            if (!months.Has(time.Month))
            {
                time = new DateTime(time.Year, time.Month, 1, 0, 0, 0, time.Kind).AddMonths(1);
            }
            else if (!days.Has(time.Day) || !weekdays.Has((int)time.DayOfWeek))
            {
                time = time.Date.AddDays(1);
            }
            else if (!hours.Has(time.Hour))
            {
                time = time.Date.AddHours(time.Hour + 1);
            }
            else if (!minutes.Has(time.Minute))
            {
                time = time.AddSeconds(60 - time.Second);
            }
            else if (!seconds.Has(time.Second))
            {
                time = time.AddSeconds(1);
            }
            else
            {
                return time;
            }
        }

        throw new FormatException("That time never comes.");
    }
}
