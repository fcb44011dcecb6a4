using System.Globalization;

namespace FunctionJobs.Bench;

/// <summary>What the runner tells every program, by environment variables.</summary>
public static class BenchSettings
{
    /// <summary>The server, as <c>127.0.0.1:6379</c>.</summary>
    public static string Redis => Required("BENCH_REDIS");

    /// <summary>How many jobs a worker runs at a time.</summary>
    public static int Concurrency => Number("BENCH_CONCURRENCY", 10);

    /// <summary>After how many jobs a worker says at once that it has run so many; before, it says its count every 20 ms.</summary>
    public static int Jobs => Number("BENCH_JOBS", int.MaxValue);

    /// <summary>Whether the name in a job's arguments is the time at which it was enqueued, and each job's count is said with it.</summary>
    public static bool Latency => Number("BENCH_LATENCY", 0) == 1;

    /// <summary>How long a job waits for something, in milliseconds; 0: it does nothing at all.</summary>
    public static int Wait => Number("BENCH_WAIT", 0);

    /// <summary>A setting that only this project's own worker knows.</summary>
    public static int Number(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var number) ? number : otherwise;

    private static string Required(string name) =>
        Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"The variable {name} is missing. Start this with bench/run.");
}
