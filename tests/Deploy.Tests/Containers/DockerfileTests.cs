namespace FunctionJobs.Tests;

public sealed class DockerfileTests
{
    [Fact]
    public void The_functions_image_is_a_publish_on_the_functions_host()
    {
        var lines = Repository.Read("Dockerfile").Split('\n');

        Assert.Contains("FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build", lines);
        Assert.Contains("FROM mcr.microsoft.com/azure-functions/dotnet-isolated:4-dotnet-isolated10.0", lines);
        // Without it, only a publish, the azure build would not be chosen.
        Assert.Contains(lines, line => line.Contains("dotnet publish src/Functions", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains("FunctionsHost", StringComparison.Ordinal));
        Assert.Contains("COPY --from=build /app /home/site/wwwroot", lines);
    }

    [Theory]
    [InlineData("Dockerfile")]
    [InlineData("samples/Api/Dockerfile")]
    public void A_registry_can_build_it(string file)
    {
        // `az acr build` has no BuildKit, and does not understand a FROM with a platform.
        Assert.DoesNotMatch("(?m)^RUN --", Repository.Read(file));
        Assert.DoesNotMatch("(?m)^FROM --", Repository.Read(file));
    }

    [Theory]
    [InlineData("Dockerfile")]
    [InlineData("samples/Api/Dockerfile")]
    public void Nothing_runs_as_root(string file) =>
        Assert.Matches(@"(?s)\nUSER [1-9]\d*:[1-9]\d*\n(?!.*\nUSER )", Repository.Read(file));

    [Theory]
    [InlineData("**/local.settings.json")]
    [InlineData("**/bin")]
    [InlineData("**/obj")]
    [InlineData(".git")]
    [InlineData(".local")]
    public void What_is_secret_or_built_elsewhere_does_not_get_into_an_image(string entry) =>
        Assert.Contains(entry, Repository.Read(".dockerignore").Split('\n'));

    [Theory]
    [InlineData("src/Functions/Functions.csproj")]
    [InlineData("samples/Api/Api.csproj")]
    [InlineData("Directory.Build.props")]
    [InlineData("Directory.Packages.props")]
    [InlineData("host.json")]
    [InlineData("BannedSymbols.txt")]
    public void What_the_build_needs_does(string path)
    {
        Assert.True(Repository.Has(path), $"{path} is gone.");
        Assert.DoesNotContain(path.Split('/')[0], Repository.Read(".dockerignore").Split('\n'));
        Assert.DoesNotContain(path, Repository.Read(".dockerignore").Split('\n'));
    }
}
