using System.Globalization;
using System.Net;
using System.Text;

namespace FunctionJobs.Bench;

/// <summary>Bars from left to right, one group per metric, as SVG. Each metric has a scale of its own.</summary>
internal static class Chart
{
    private const int Width = 760;
    private const int Left = 190;
    private const int Right = 90;
    private const int BarHeight = 16;
    private const int BarGap = 5;
    private const int GroupHead = 30;
    private const int GroupGap = 14;

    public static string Draw(IReadOnlyList<MetricResult> metrics)
    {
        var body = new StringBuilder();
        var y = GroupGap;
        foreach (var metric in metrics)
        {
            y = DrawGroup(body, metric, y) + GroupGap;
        }

        return Text($"""
            <svg xmlns="http://www.w3.org/2000/svg" width="{Width}" height="{y}" viewBox="0 0 {Width} {y}" font-family="sans-serif" font-size="12">
            <rect width="{Width}" height="{y}" rx="6" fill="#ffffff"/>
            {body}</svg>

            """);
    }

    private static int DrawGroup(StringBuilder body, MetricResult metric, int y)
    {
        var better = metric.HigherIsBetter ? "more is better" : "less is better";
        body.Append(Text($"""<text x="14" y="{y + 14}" font-weight="bold" fill="#1f2933">{Escape(metric.Title)} <tspan font-weight="normal" fill="#66727f">({Escape(metric.Unit)}, {better})</tspan></text>"""));
        body.Append('\n');
        y += GroupHead;
        var most = metric.Systems.Values.Max(summary => summary.Max);
        foreach (var (system, summary) in metric.Systems)
        {
            DrawBar(body, system, summary, most, y);
            y += BarHeight + BarGap;
        }

        return y;
    }

    private static void DrawBar(StringBuilder body, string system, Summary summary, double most, int y)
    {
        double Length(double value) => most == 0 ? 0 : (Width - Left - Right) * value / most;
        var fill = system.StartsWith("FunctionJobs", StringComparison.Ordinal) ? "#0f766e" : "#a3b1bf";
        var middle = y + (BarHeight / 2);
        body.Append(Text($"""
            <text x="{Left - 8}" y="{y + 12}" text-anchor="end" fill="#1f2933">{Escape(system)}</text>
            <rect x="{Left}" y="{y}" width="{Length(summary.Median):0.#}" height="{BarHeight}" fill="{fill}"/>
            <line x1="{Left + Length(summary.Min):0.#}" y1="{middle}" x2="{Left + Length(summary.Max):0.#}" y2="{middle}" stroke="#1f2933"/>
            <text x="{Left + Length(summary.Max) + 6:0.#}" y="{y + 12}" fill="#1f2933">{Figures.Text(summary.Median)}</text>

            """));
    }

    private static string Escape(string text) => WebUtility.HtmlEncode(text);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
