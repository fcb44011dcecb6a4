using System.Text.Json;

namespace FunctionJobs.Tests;

public sealed class FormatTests
{
    public static TheoryData<string> YamlFiles =>
    [
        "compose.yaml",
        .. Repository.Files("deploy", "*.yaml"),
        .. Repository.Files(".github/workflows", "*.yml"),
    ];

    public static TheoryData<string> JsonFiles =>
    [
        "host.json",
        "global.json",
        "local.settings.json.example",
        "samples/Api/appsettings.json",
    ];

    [Theory]
    [MemberData(nameof(YamlFiles))]
    public void Yaml_reads(string file) => Assert.NotEmpty(Yaml.Documents(file));

    [Theory]
    [MemberData(nameof(JsonFiles))]
    public void Json_reads_without_comments_or_trailing_commas(string file)
    {
        using var json = JsonDocument.Parse(Repository.Read(file));

        Assert.Equal(JsonValueKind.Object, json.RootElement.ValueKind);
    }

    [Fact]
    public void The_example_settings_are_documented()
    {
        using var json = JsonDocument.Parse(Repository.Read("local.settings.json.example"));

        Assert.All(
            json.RootElement.GetProperty("Values").EnumerateObject(),
            setting => Assert.True(Settings.IsKnown(setting.Name), $"{setting.Name} is not in docs/configuration.md."));
    }
}
