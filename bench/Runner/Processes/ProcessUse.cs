using System.Globalization;

namespace FunctionJobs.Bench;

/// <summary>What processes have used, their children included, read from /proc.</summary>
/// <param name="CpuSeconds">User and system time.</param>
/// <param name="MemoryMegabytes">
/// Resident memory. Of several processes pages that are shared are divided among those that share them; of a single one all count: it
/// shares with programs that are not measured, a .NET worker with this very runner.
/// </param>
internal sealed record ProcessUse(double CpuSeconds, double MemoryMegabytes)
{
    private const double TicksPerSecond = 100;

    public static ProcessUse Of(IReadOnlyList<int> roots)
    {
        var all = Tree(roots);
        var field = all.Count == 1 ? "Rss:" : "Pss:";
        return new ProcessUse(all.Sum(Cpu), all.Sum(id => Memory(id, field)));
    }

    private static List<int> Tree(IReadOnlyList<int> roots)
    {
        var children = Directory.GetDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) ? id : 0)
            .Where(id => id > 0)
            .ToLookup(id => Stat(id) is { } stat ? int.Parse(stat[1], CultureInfo.InvariantCulture) : 0);
        List<int> all = [.. roots];
        for (var i = 0; i < all.Count; i++)
        {
            all.AddRange(children[all[i]]);
        }

        return all;
    }

    // utime and stime, and those of children that have ended.
    private static double Cpu(int id) =>
        Stat(id) is { } stat ? stat[11..15].Sum(ticks => double.Parse(ticks, CultureInfo.InvariantCulture)) / TicksPerSecond : 0;

    private static double Memory(int id, string field)
    {
        var line = Read($"/proc/{id}/smaps_rollup")?.Split('\n').FirstOrDefault(text => text.StartsWith(field, StringComparison.Ordinal));
        return line is null ? 0 : double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }

    /// <summary>The fields of /proc/id/stat after the command's name in brackets: state, parent …</summary>
    private static string[]? Stat(int id) => Read($"/proc/{id}/stat")?.Split(") ").Last().Split(' ');

    private static string? Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
