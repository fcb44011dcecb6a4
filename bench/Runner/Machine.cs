using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace FunctionJobs.Bench;

/// <summary>What the figures were measured on.</summary>
internal static class Machine
{
    public static string Describe()
    {
        var processor = Line("/proc/cpuinfo", "model name") ?? RuntimeInformation.ProcessArchitecture.ToString();
        var memory = Line("/proc/meminfo", "MemTotal")?.Split(' ')[0] is { } kilobytes
            ? Math.Round(double.Parse(kilobytes, CultureInfo.InvariantCulture) / 1024 / 1024).ToString(CultureInfo.InvariantCulture)
            : "?";
        return $"{Environment.ProcessorCount} cores of {processor}, {memory} GB, {RuntimeInformation.OSDescription}";
    }

    public static async Task<string> RedisVersionAsync()
    {
        using var process = Process.Start(new ProcessStartInfo("redis-server", "--version") { RedirectStandardOutput = true })!;
        var words = (await process.StandardOutput.ReadToEndAsync()).Split(' ');
        return words.FirstOrDefault(word => word.StartsWith("v=", StringComparison.Ordinal))?[2..] ?? "?";
    }

    private static string? Line(string file, string name) => File.Exists(file)
        ? File.ReadLines(file).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?.Split(':', 2)[1].Trim()
        : null;
}
