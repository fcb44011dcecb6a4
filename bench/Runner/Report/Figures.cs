using System.Globalization;

namespace FunctionJobs.Bench;

/// <summary>Numbers as people read them.</summary>
internal static class Figures
{
    /// <summary>Three figures are enough.</summary>
    public static string Text(double value) => Math.Abs(value) switch
    {
        >= 100 => RoundTo(value, Math.Pow(10, Math.Floor(Math.Log10(Math.Abs(value))) - 2)).ToString("N0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("0.#", CultureInfo.InvariantCulture),
        >= 1 => value.ToString("0.##", CultureInfo.InvariantCulture),
        0 => "0",
        _ => value.ToString("0.####", CultureInfo.InvariantCulture),
    };

    /// <summary>How many times better the first is.</summary>
    public static string Ratio(MetricResult metric, double ours, double other)
    {
        var (more, less) = metric.HigherIsBetter ? (ours, other) : (other, ours);
        var times = less == 0 ? 0 : more / less;
        var digits = times >= 10 ? "0" : times >= 1 ? "0.0" : "0.00";
        return less == 0 ? "–" : times.ToString(digits, CultureInfo.InvariantCulture) + " ×";
    }

    private static double RoundTo(double value, double unit) => unit <= 1 ? Math.Round(value) : Math.Round(value / unit) * unit;
}
