using YamlDotNet.RepresentationModel;

namespace FunctionJobs.Tests;

public sealed class WorkflowTests
{
    public static TheoryData<string> All => [.. Repository.Files(".github/workflows", "*.yml")];

    [Theory]
    [MemberData(nameof(All))]
    public void It_may_read_and_no_more_unless_a_login_needs_it(string file)
    {
        var permissions = Yaml.Documents(file).Single().At("permissions").Entries().ToDictionary(entry => entry.Key, entry => entry.Value.Text());

        Assert.Equal("read", permissions["contents"]);
        Assert.DoesNotContain(permissions, permission => permission.Value == "write" && permission.Key != "id-token");
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Every_job_has_an_end_and_every_action_a_version(string file)
    {
        Assert.All(Jobs(file), job =>
        {
            Assert.NotNull(job.Find("timeout-minutes"));
            Assert.All(
                job.At("steps").Items().Select(step => step.Find("uses")?.Text()).OfType<string>(),
                action => Assert.Matches(@"^[a-z-]+/[a-z-]+@v\d+$", action));
        });
    }

    [Theory]
    [MemberData(nameof(All))]
    public void No_secret_stands_in_it(string file) =>
        Assert.DoesNotMatch(@"(?i)AccountKey=|password=\S|client-secret|secrets\.", Repository.Read(file));

    [Fact]
    public void Nothing_is_deployed_that_was_not_tested()
    {
        var jobs = Yaml.Documents(".github/workflows/deploy.yml").Single().At("jobs");

        Assert.Equal("publish", jobs.At("deploy", "needs").Text());
        Assert.Equal("test", jobs.At("publish", "needs").Text());
        Assert.Contains(".ci/run", Commands(jobs.At("test")));
        Assert.Contains(Commands(jobs.At("publish")), command => command.StartsWith("dotnet publish src/Functions ", StringComparison.Ordinal));
        Assert.Contains(Commands(jobs.At("deploy")), command => command.Contains("config-zip", StringComparison.Ordinal));
    }

    [Fact]
    public void What_the_steps_name_is_there() =>
        Assert.All(
            [".ci/run", "global.json", "src/Functions/Functions.csproj", "deploy/azure/main.bicep", "deploy/azure/main.example.bicepparam", "compose.yaml"],
            path => Assert.True(Repository.Has(path), $"{path} is gone."));

    private static IEnumerable<YamlNode> Jobs(string file) =>
        Yaml.Documents(file).Single().At("jobs").Entries().Select(job => job.Value);

    private static string[] Commands(YamlNode job) =>
        [.. job.At("steps").Items().Select(step => step.Find("run")?.Text().Trim()).OfType<string>()];
}
