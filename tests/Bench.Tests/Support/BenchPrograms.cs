namespace FunctionJobs.Tests;

/// <summary>The benchmark's programs, built with its runner in the same configuration as these tests.</summary>
internal static class BenchPrograms
{
    /// <param name="project">Its folder in bench.</param>
    public static string PathOf(string project)
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        return Path.Combine(Repository.Root, "bench", project, "bin", output.Parent!.Name, output.Name, $"FunctionJobs.Bench.{project}.dll");
    }
}
