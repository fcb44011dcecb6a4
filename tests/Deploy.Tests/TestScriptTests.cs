namespace FunctionJobs.Tests;

/// <summary><c>./test</c> in a copy, with a <c>dotnet</c> that crashes.</summary>
public sealed class TestScriptTests
{
    [Fact]
    public async Task A_project_that_crashes_counts_as_failed_and_the_next_one_runs()
    {
        using var copy = new ScriptCopy("test", ".ci/install", ".ci/quietly");
        foreach (var project in (string[])["One.Tests", "Two.Tests"])
        {
            await copy.WriteAsync($"tests/{project}/{project}.csproj", "");
        }
        // It has a .NET 10 and dies of everything else; nothing is to be installed here.
        await copy.WriteProgramAsync("dotnet", "[ \"$1\" = --list-sdks ] && { echo '10.0.100 [here]'; exit 0; }; exit 134");
        await copy.WriteProgramAsync("azurite-blob", "exit 1");

        await using var test = await copy.StartAsync("", ["test", "--no-build"]);

        Assert.Equal(1, await test.WaitForExitAsync());
        Assert.Contains("One.Tests ended with exit code 134; that counts as a failure.", test.Lines);
        Assert.Contains("Two.Tests ended with exit code 134; that counts as a failure.", test.Lines);
        Assert.Contains("0 passed, 2 failed", test.Lines);
    }
}
