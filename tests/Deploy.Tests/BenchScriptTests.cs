namespace FunctionJobs.Tests;

/// <summary><c>bench/run</c> in a copy, where nothing can be installed.</summary>
public sealed class BenchScriptTests
{
    [Fact]
    public async Task What_the_peers_need_is_asked_for_one_by_one_and_what_cannot_be_had_is_named_and_left_out()
    {
        // In place of the real ones, which are executable.
        using var copy = new ScriptCopy("bench/run", ".ci/install", ".ci/quietly");
        await copy.WriteAsync(".ci/install", "#!/bin/sh\n[ \"$1\" = dotnet ] || [ \"$1\" = celery ]\n");
        await copy.WriteAsync(".ci/quietly", "#!/bin/sh\nexit 0\n");
        await copy.WriteAsync("bench/peers/bullmq/package.json", "{}");
        await copy.WriteProgramAsync("npm", "exit 1");
        await copy.WriteProgramAsync("dotnet", "exit 0");

        await using var run = await copy.StartAsync("", ["bench/run"]);

        Assert.Equal(0, await run.WaitForExitAsync());
        string[] said = [.. run.Lines];
        Assert.Equal(
            ["Without postgres, then.", "Without sidekiq, then.", "Without vips, then.", "Without npm, then."],
            said.Where(line => line.StartsWith("Without ", StringComparison.Ordinal)));
        Assert.Contains("Building", said);
    }
}
