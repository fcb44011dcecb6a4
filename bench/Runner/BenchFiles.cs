namespace FunctionJobs.Bench;

/// <summary>Where things are in the repository.</summary>
internal sealed record BenchFiles(string Root)
{
    public string Bench => Path.Combine(Root, "bench");

    /// <summary>The result of the last complete run.</summary>
    public string Result => Path.Combine(Bench, "results", "latest.json");

    /// <summary>The result of a partial run.</summary>
    public string Scratch => Path.Combine(Root, ".local", "bench", "partial.json");

    /// <summary>The app whose pictures are measured.</summary>
    public string FunctionsApp => Path.Combine(Root, "src", "Functions", "bin", "Release", "net10.0", "Functions.dll");

    public string Page => Path.Combine(Root, "docs", "benchmarks.md");

    public string Charts => Path.Combine(Root, "docs", "benchmarks");
}
