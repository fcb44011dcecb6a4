using System.Globalization;

namespace FunctionJobs.Emulator.Triggers;

/// <summary>One field of a cron expression: the set of values it allows.</summary>
internal readonly struct CronField
{
    private readonly ulong allowed;

    private CronField(ulong allowed) => this.allowed = allowed;

    /// <summary>Names of the months, from 1.</summary>
    public static IReadOnlyList<string> MonthNames { get; } = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

    /// <summary>Names of the days, from 0.</summary>
    public static IReadOnlyList<string> DayNames { get; } = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

    /// <summary>Whether the field allows <paramref name="value"/>.</summary>
    public bool Has(int value) => (allowed >> value & 1) == 1;

    /// <summary>Reads <c>*</c>, <c>5</c>, <c>MON</c>, <c>1-5</c>, <c>*/10</c>, <c>5/10</c>, <c>0-30/10</c>, and lists of these.</summary>
    /// <exception cref="FormatException">It is none of these, or out of range.</exception>
    public static CronField Parse(string field, string text, int least, int most, IReadOnlyList<string>? names = null)
    {
        ulong allowed = 0;
        foreach (var item in text.Split(','))
        {
            var steps = item.Split('/');
            var ends = steps[0].Split('-');
            var step = steps.Length == 1 ? 1 : Number(steps[1]);
            var first = steps[0] == "*" ? least : Value(ends[0]);
            var last = steps[0] == "*" || (ends.Length == 1 && steps.Length == 2) ? most : Value(ends[^1]);
            if (steps.Length > 2 || ends.Length > 2 || step < 1 || first < least || last > most || first > last)
            {
                throw Wrong();
            }

            for (var value = first; value <= last; value += step)
            {
                allowed |= 1UL << value;
            }
        }

        return new CronField(allowed);

        int Value(string value)
        {
            var named = names?.ToList().FindIndex(name => value.StartsWith(name, StringComparison.OrdinalIgnoreCase)) ?? -1;
            return named < 0 ? Number(value) : named + least;
        }

        int Number(string value) => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw Wrong();

        FormatException Wrong() => new($"The field '{text}' ({field}) must be made of numbers from {least} to {most}.");
    }
}
