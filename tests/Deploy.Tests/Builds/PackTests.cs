using System.IO.Compression;

namespace FunctionJobs.Tests;

/// <summary>The packages that people install.</summary>
public sealed class PackTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("functionjobs-pack-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("Enqueuer")]
    [InlineData("Worker")]
    public async Task A_package_has_its_library_its_docs_its_README_and_its_licence(string project)
    {
        await Dotnet.RunAsync(["pack", Repository.PathOf($"src/{project}/{project}.csproj"), "--output", folder]);

        using var package = ZipFile.OpenRead(Assert.Single(Directory.GetFiles(folder, "*.nupkg")));
        var files = package.Entries.Select(entry => entry.FullName).ToHashSet();
        Assert.Superset(
            new HashSet<string>
            {
                "README.md", "LICENSE", $"lib/net10.0/FunctionJobs.{project}.dll", $"lib/net10.0/FunctionJobs.{project}.xml",
            },
            files);
        using var specification = new StreamReader(package.GetEntry($"FunctionJobs.{project}.nuspec")!.Open());
        var text = await specification.ReadToEndAsync();
        Assert.Contains("<license type=\"expression\">MIT</license>", text, StringComparison.Ordinal);
        Assert.Contains("<readme>README.md</readme>", text, StringComparison.Ordinal);
    }
}
