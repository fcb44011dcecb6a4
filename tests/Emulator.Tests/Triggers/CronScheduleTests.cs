using System.Globalization;
using FunctionJobs.Emulator.Triggers;

namespace FunctionJobs.Emulator.Tests.Triggers;

public sealed class CronScheduleTests
{
    [Theory]
    [InlineData("0 */5 * * * *", "2026-01-01 00:00:00", "2026-01-01 00:05:00")]
    [InlineData("*/5 * * * *", "2026-01-01 00:04:59", "2026-01-01 00:05:00")]
    [InlineData("30 5/20 * * * *", "2026-01-01 00:25:30", "2026-01-01 00:45:30")]
    [InlineData("* * * * * *", "2026-12-31 23:59:59", "2027-01-01 00:00:00")]
    [InlineData("0 30 9 * * MON-FRI", "2026-08-14 09:30:00", "2026-08-17 09:30:00")]
    [InlineData("0 0 0 29 2 *", "2026-01-01 00:00:00", "2028-02-29 00:00:00")]
    [InlineData("0 0 0 13 * 5", "2026-01-01 00:00:00", "2026-02-13 00:00:00")]
    [InlineData("0 0 8,20 1 jan,JUL *", "2026-01-01 20:00:00", "2026-07-01 08:00:00")]
    [InlineData("00:00:30", "2026-01-01 00:00:00", "2026-01-01 00:00:30")]
    public void The_next_time_is(string schedule, string after, string next) =>
        Assert.Equal(Time(next), Schedule.Parse(schedule).Next(Time(after)));

    [Theory]
    [InlineData("")]
    [InlineData("* * * *")]
    [InlineData("60 * * * * *")]
    [InlineData("* * * * * 7")]
    [InlineData("* * * 0 * *")]
    [InlineData("*/0 * * * * *")]
    [InlineData("5-1 * * * * *")]
    [InlineData("1-2-3 * * * * *")]
    [InlineData("0 0 0 31 FEB *")]
    [InlineData("-00:00:30")]
    public void A_schedule_that_is_not_one_is_refused(string schedule) =>
        Assert.Throws<FormatException>(() => Schedule.Parse(schedule));

    private static DateTime Time(string text) => DateTime.Parse(text, CultureInfo.InvariantCulture);
}
