using System.Reflection;

[assembly: Xunit.v3.Parallelization(MaxThreads = 3)]

namespace FunctionJobs.Tests;

/// <summary>The programs under test, as they were built in folders of their own.</summary>
internal static class Programs
{
    public static string Functions { get; } = PathOf(nameof(Functions));

    public static string Api { get; } = PathOf(nameof(Api));

    public static string Run { get; } = PathOf(nameof(Run));

    private static string PathOf(string name) => Path.GetFullPath(
        typeof(Programs).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(item => item.Key == name).Value!);
}
