using System.Text.Json;

namespace FunctionJobs.Tests;

/// <summary>What each way of building the functions app gets. Evaluated only, so that nothing has to be restored.</summary>
public sealed class EvaluationTests
{
    private static readonly string[] WorkerPackages =
    [
        "Microsoft.Azure.Functions.Worker",
        "Microsoft.Azure.Functions.Worker.Extensions.Redis",
        "Microsoft.Azure.Functions.Worker.Sdk",
    ];

    [Fact]
    public async Task A_plain_build_is_for_the_emulator_and_takes_no_worker_package()
    {
        var project = await EvaluateAsync();

        Assert.Equal("emulator", project.Property("FunctionsHost"));
        Assert.Equal("obj/emulator/", project.Property("BaseIntermediateOutputPath"));
        Assert.Equal("bin/Debug/net10.0/", project.Property("OutputPath").Replace('\\', '/'));
        Assert.DoesNotContain(project.Packages, package => package.StartsWith("Microsoft.Azure.Functions", StringComparison.Ordinal));
        Assert.Contains(project.Projects, reference => reference.EndsWith("Emulator.csproj", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_build_by_Core_Tools_is_for_Azure() =>
        AssertIsForAzure(await EvaluateAsync(environment: ("FUNCTIONS_CORETOOLS_ENVIRONMENT", "true")));

    [Fact]
    public async Task A_publish_is_for_Azure() => AssertIsForAzure(await EvaluateAsync("-p:_IsPublishing=true"));

    [Fact]
    public async Task A_publish_that_names_the_machine_is_compiled_ahead()
    {
        Assert.Equal("true", (await EvaluateAsync("-p:RuntimeIdentifier=linux-x64")).Property("PublishReadyToRun"));
        var anywhere = await EvaluateAsync();
        Assert.Empty(anywhere.Property("PublishReadyToRun"));
        Assert.Equal("--opt-cross-module:*;--non-local-generics-module:*", anywhere.Property("PublishReadyToRunCrossgen2ExtraArgs"));
        Assert.All(
            ["Dockerfile", ".github/workflows/ci.yml", ".github/workflows/deploy.yml", "docs/deploy.md"],
            file => Assert.Contains(
                "dotnet publish src/Functions --configuration Release --runtime linux-x64 --self-contained false", Repository.Read(file), StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_property_forces_either()
    {
        AssertIsForAzure(await EvaluateAsync("-p:FunctionsHost=azure"));
        var forced = await EvaluateAsync("-p:FunctionsHost=emulator", ("FUNCTIONS_CORETOOLS_ENVIRONMENT", "true"));
        Assert.Equal("emulator", forced.Property("FunctionsHost"));
        Assert.Empty(forced.Packages.Intersect(WorkerPackages));
    }

    [Fact]
    public async Task Both_builds_compile_the_same_source_with_the_same_symbols()
    {
        var emulator = await EvaluateAsync("-p:FunctionsHost=emulator");
        var azure = await EvaluateAsync("-p:FunctionsHost=azure");

        Assert.Equal(emulator.Sources, azure.Sources);
        Assert.Contains("Program.cs", azure.Sources);
        Assert.Equal(emulator.Property("DefineConstants"), azure.Property("DefineConstants"));
        Assert.DoesNotContain(azure.Packages.Except(WorkerPackages), package => !emulator.Packages.Contains(package));
    }

    [Fact]
    public async Task The_project_that_the_worker_SDK_generates_inherits_nothing_that_could_break_it()
    {
        using var folder = new TemporaryProject("WorkerExtensions");
        var project = await EvaluateAsync("-p:FunctionsHost=azure", project: folder.Path);

        Assert.NotEqual("true", project.Property("ManagePackageVersionsCentrally"));
        Assert.NotEqual("true", project.Property("TreatWarningsAsErrors"));
        Assert.Equal("net8.0", project.Property("TargetFramework"));
        Assert.Empty(project.Packages);
    }

    private static void AssertIsForAzure(Evaluation project)
    {
        Assert.Equal("azure", project.Property("FunctionsHost"));
        Assert.Equal("obj/azure/", project.Property("BaseIntermediateOutputPath"));
        Assert.StartsWith("bin/azure/", project.Property("OutputPath"), StringComparison.Ordinal);
        Assert.Equal("v4", project.Property("AzureFunctionsVersion"));
        Assert.Equal("Exe", project.Property("OutputType"));
        Assert.Equal("net10.0", project.Property("TargetFramework"));
        Assert.Equal(WorkerPackages, project.Packages.Intersect(WorkerPackages).Order());
        Assert.DoesNotContain(project.Projects, reference => reference.EndsWith("Emulator.csproj", StringComparison.Ordinal));
        Assert.Equal("2.52.0", project.Versions["Microsoft.Azure.Functions.Worker"]);
        Assert.Equal("2.0.7", project.Versions["Microsoft.Azure.Functions.Worker.Sdk"]);
        Assert.Equal("1.0.0", project.Versions["Microsoft.Azure.Functions.Worker.Extensions.Redis"]);
    }

    private static async Task<Evaluation> EvaluateAsync(
        string? property = null, (string Name, string Value)? environment = null, string? project = null)
    {
        var variables = new Dictionary<string, string?> { ["FUNCTIONS_CORETOOLS_ENVIRONMENT"] = null, ["FunctionsHost"] = null };
        if (environment is { } variable)
        {
            variables[variable.Name] = variable.Value;
        }

        return new Evaluation(await Dotnet.RunAsync(
            [
                "msbuild", project ?? Repository.PathOf("src/Functions/Functions.csproj"), "-getItem:PackageReference,PackageVersion,ProjectReference,Compile",
                "-getProperty:FunctionsHost,BaseIntermediateOutputPath,OutputPath,AzureFunctionsVersion,OutputType,TargetFramework,ManagePackageVersionsCentrally,TreatWarningsAsErrors,DefineConstants,PublishReadyToRun,PublishReadyToRunCrossgen2ExtraArgs",
                .. property is null ? Array.Empty<string>() : [property],
            ],
            variables));
    }

    private sealed class Evaluation(string json)
    {
        private readonly JsonElement root = JsonDocument.Parse(json).RootElement;

        public IReadOnlyList<string> Packages => Items("PackageReference");

        public IReadOnlyList<string> Projects => Items("ProjectReference");

        public IReadOnlyList<string> Sources => Items("Compile");

        public Dictionary<string, string> Versions => root.GetProperty("Items").GetProperty("PackageVersion").EnumerateArray()
            .ToDictionary(item => item.GetProperty("Identity").GetString()!, item => item.GetProperty("Version").GetString()!);

        public string Property(string name) => root.GetProperty("Properties").GetProperty(name).GetString()!;

        private List<string> Items(string kind) =>
            [.. root.GetProperty("Items").GetProperty(kind).EnumerateArray().Select(item => item.GetProperty("Identity").GetString()!)];
    }

    /// <summary>A project where the worker SDK generates one: below obj/ of the functions app.</summary>
    private sealed class TemporaryProject : IDisposable
    {
        private readonly string folder;

        public TemporaryProject(string name)
        {
            folder = Directory.CreateDirectory(Repository.PathOf($"src/Functions/obj/azure/Test-{Guid.CreateVersion7():N}/{name}")).FullName;
            Path = System.IO.Path.Combine(folder, $"{name}.csproj");
            File.WriteAllText(Path, """<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net8.0</TargetFramework></PropertyGroup></Project>""");
        }

        public string Path { get; }

        public void Dispose() => Directory.Delete(Directory.GetParent(folder)!.FullName, recursive: true);
    }
}
