using System.Text.Json;
using System.Text.RegularExpressions;

namespace FunctionJobs.Tests;

/// <summary>What the Functions host reads from the root of the repository.</summary>
public sealed class HostJsonTests
{
    private static readonly TimeSpan LongestJob = TimeSpan.FromSeconds(300);

    private static readonly JsonElement HostJson = JsonDocument.Parse(Repository.Read("host.json")).RootElement;

    [Fact]
    public void It_is_of_version_2_and_names_no_extension_bundle()
    {
        Assert.Equal("2.0", HostJson.GetProperty("version").GetString());
        Assert.False(HostJson.TryGetProperty("extensionBundle", out _));
    }

    [Fact]
    public void An_invocation_may_hold_the_pump_and_then_wait_for_the_longest_job_with_room()
    {
        var held = Regex.Match(Repository.Read("docs/configuration.md"), @"`Jobs__HoldInvocationFor` \| time \| `([0-9:]+)`").Groups[1].Value;
        var timeout = TimeSpan.Parse(HostJson.GetProperty("functionTimeout").GetString()!, null);

        Assert.True(timeout >= LongestJob + TimeSpan.Parse(held, null) + TimeSpan.FromMinutes(1), $"{timeout} is too short.");
    }

    [Fact]
    public void It_sets_the_levels_of_the_log()
    {
        var levels = HostJson.GetProperty("logging").GetProperty("logLevel").EnumerateObject().ToDictionary(level => level.Name, level => level.Value.GetString());

        Assert.Equal("Information", levels["default"]);
        Assert.Equal("Warning", levels["Microsoft"]);
    }

    [Fact]
    public void The_example_settings_are_those_of_an_isolated_worker_with_all_that_the_app_requires()
    {
        var example = JsonDocument.Parse(Repository.Read("local.settings.json.example")).RootElement;
        var values = example.GetProperty("Values").EnumerateObject().ToDictionary(value => value.Name, value => value.Value.GetString());

        Assert.False(example.GetProperty("IsEncrypted").GetBoolean());
        Assert.Equal("dotnet-isolated", values["FUNCTIONS_WORKER_RUNTIME"]);
        Assert.Equal("UseDevelopmentStorage=true", values["AzureWebJobsStorage"]);
        Assert.Superset(
            new HashSet<string> { "Redis", "Postgres", "Mail__From", "Mail__PickupFolder", "Images__Folder", "Images__PublicUrl" },
            values.Keys.ToHashSet());
    }
}
