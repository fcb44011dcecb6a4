namespace FunctionJobs.Tests;

/// <summary>The SDK's own program.</summary>
internal static class Dotnet
{
    /// <returns>What it wrote.</returns>
    public static async Task<string> RunAsync(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string?>? environment = null)
    {
        await using var process = await ChildProcess.StartAsync(new ChildProcessOptions
        {
            Program = "dotnet",
            Arguments = arguments,
            Environment = environment ?? new Dictionary<string, string?>(),
            WorkingFolder = Repository.PathOf("."),
        });
        var code = await process.WaitForExitAsync(TimeSpan.FromMinutes(5));
        var output = string.Join('\n', process.Lines);
        Assert.True(code == 0, output);
        return output;
    }
}
