namespace FunctionJobs.Tests;

/// <summary><c>./test</c> in a copy, with a <c>dotnet</c> that crashes.</summary>
public sealed class TestScriptTests
{
    [Fact]
    public async Task A_project_that_crashes_counts_as_failed_and_the_next_one_runs()
    {
        using var folder = new TemporaryFolder();
        foreach (var file in (string[])["test", ".ci/install", ".ci/quietly"])
        {
            Copy(file, folder.Path);
        }

        foreach (var project in (string[])["One.Tests", "Two.Tests"])
        {
            await WriteAsync(Path.Combine(folder.Path, "tests", project, $"{project}.csproj"), "");
        }
        // It has a .NET 10 and dies of everything else; nothing is to be installed here.
        await StubProgram.WriteAsync(folder.Path, "dotnet", "[ \"$1\" = --list-sdks ] && { echo '10.0.100 [here]'; exit 0; }; exit 134");
        await StubProgram.WriteAsync(folder.Path, "azurite-blob", "exit 1");

        await using var test = await ChildProcess.StartAsync(new()
        {
            Program = "bash",
            Arguments = ["test", "--no-build"],
            WorkingFolder = folder.Path,
            Environment = new Dictionary<string, string?> { ["PATH"] = StubProgram.PathBefore(folder.Path) },
        });

        Assert.Equal(1, await test.WaitForExitAsync());
        Assert.Contains("One.Tests ended with exit code 134; that counts as a failure.", test.Lines);
        Assert.Contains("Two.Tests ended with exit code 134; that counts as a failure.", test.Lines);
        Assert.Contains("0 passed, 2 failed", test.Lines);
    }

    private static void Copy(string file, string folder)
    {
        var target = Path.Combine(folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.Copy(Repository.PathOf(file), target);
    }

    private static async Task WriteAsync(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, text);
    }
}
