namespace FunctionJobs.Tests;

/// <summary>What lies in the output of a build and of a publish, both made here from a copy of the sources.</summary>
public sealed class OutputTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("functionjobs-build-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task The_settings_of_the_developer_are_in_the_build_and_never_in_a_publish()
    {
        CopySources();
        await File.WriteAllTextAsync(Path.Combine(folder, "local.settings.json"), """{"IsEncrypted":false,"Values":{"Redis":"localhost:6379"}}""");
        var project = Path.Combine(folder, "src", "Functions", "Functions.csproj");

        await Dotnet.RunAsync(["build", project, "--output", Path.Combine(folder, "built")]);
        await Dotnet.RunAsync(["publish", project, "-p:FunctionsHost=emulator", "--output", Path.Combine(folder, "published")]);

        Assert.Superset(
            new HashSet<string?> { "host.json", "local.settings.json", "Functions.dll" },
            Directory.GetFiles(Path.Combine(folder, "built")).Select(Path.GetFileName).ToHashSet());
        var published = Directory.GetFiles(Path.Combine(folder, "published"), "*", SearchOption.AllDirectories);
        Assert.Contains(Path.Combine(folder, "published", "host.json"), published);
        Assert.DoesNotContain(published, file => Path.GetFileName(file).StartsWith("local.settings", StringComparison.Ordinal));
        Assert.Contains(published, file => file.EndsWith(".liquid", StringComparison.Ordinal));
    }

    private void CopySources()
    {
        string[] wanted = ["src", "host.json", "LICENSE", "README.md", "Directory.Build.props", "Directory.Packages.props", "BannedSymbols.txt", ".editorconfig", "global.json"];
        foreach (var name in wanted)
        {
            var source = Repository.PathOf(name);
            var files = Directory.Exists(source) ? Directory.GetFiles(source, "*", SearchOption.AllDirectories) : [source];
            foreach (var file in files.Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
                && !file.Contains($"{Path.DirectorySeparatorChar}bin{Path.DirectorySeparatorChar}", StringComparison.Ordinal)))
            {
                var copy = Path.Combine(folder, Path.GetRelativePath(Repository.PathOf("."), file));
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(file, copy);
            }
        }
    }
}
