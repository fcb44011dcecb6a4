using System.Text.RegularExpressions;

namespace FunctionJobs.Tests;

/// <summary>What the two pages name is there, and what is there is named.</summary>
public sealed partial class DeployDocsTests
{
    private static readonly string Deploy = Repository.Read("docs/deploy.md");

    [Theory]
    [InlineData("docs/deploy.md")]
    [InlineData("docs/run-locally.md")]
    public void Files_and_folders_that_a_page_names_are_there(string page)
    {
        var named = Named().Matches(Repository.Read(page)).Select(match => match.Value.TrimEnd('/', '.'))
            // Made by a build, or by the reader.
            .Where(path => !path.Contains("/bin", StringComparison.Ordinal) && !path.Contains("/obj", StringComparison.Ordinal) && !path.EndsWith("main.bicepparam", StringComparison.Ordinal))
            .Distinct().ToArray();

        Assert.NotEmpty(named);
        Assert.All(named, path => Assert.True(Repository.Has(path) || Directory.Exists(Repository.PathOf(path)), $"{page} names {path}."));
    }

    [Theory]
    [InlineData("docs/deploy.md")]
    [InlineData("docs/run-locally.md")]
    public void Queues_that_a_page_names_are_those_of_the_triggers(string page)
    {
        var queues = Triggers.OfFunctions().Values.Select(trigger => Queue().Match(trigger.Key).Value).ToHashSet();

        Assert.Subset(queues, Queue().Matches(Repository.Read(page)).Select(match => match.Value).Where(queue => queue != "jobs:{QUEUE}").ToHashSet());
    }

    [Fact]
    public void What_Bicep_sets_for_the_platform_is_explained()
    {
        var settings = Platform().Matches(BicepFile.Named("functions.bicep").Text).Select(match => match.Groups[1].Value).ToArray();

        Assert.True(settings.Length >= 5);
        Assert.All(settings, setting => Assert.Contains($"`{setting}`", Deploy, StringComparison.Ordinal));
    }

    [Fact]
    public void Outputs_that_the_commands_ask_for_are_given()
    {
        var asked = Asked().Matches(Deploy).Select(match => match.Groups[1].Value).ToArray();

        Assert.NotEmpty(asked);
        Assert.Subset(BicepFile.Named("main.bicep").Outputs.Select(output => output.Name).ToHashSet(), asked.ToHashSet());
    }

    [Fact]
    public void Metrics_to_watch_are_those_that_the_configuration_page_lists()
    {
        var listed = Repository.Read("docs/configuration.md");

        Assert.All(Metric().Matches(Deploy), metric => Assert.Contains(metric.Value, listed, StringComparison.Ordinal));
    }

    [Fact]
    public void Ways_to_publish_and_the_plans_are_there() =>
        Assert.All(
            ["az deployment group create", "az functionapp deployment source config-zip", "az functionapp config container set", "kubectl apply -f deploy/kubernetes/",
                "| Elastic Premium (EP1 to EP3) | yes |", "| Consumption | **no** |", "| Flex Consumption | **no** |"],
            words => Assert.Contains(words, Deploy, StringComparison.Ordinal));

    [Fact]
    public void Parameters_that_the_page_gives_are_those_of_the_template()
    {
        var given = Given().Matches(Deploy).Select(match => match.Groups[1].Value).ToHashSet();

        Assert.Contains("extraSettings", given);
        Assert.Contains("image", given);
        Assert.Contains("`storageSku`", Deploy, StringComparison.Ordinal);
        Assert.Subset(BicepFile.Named("main.bicep").Parameters.Select(parameter => parameter.Name).ToHashSet(), given);
    }

    [Fact]
    public void A_deployment_is_said_to_take_away_what_was_set_by_hand() =>
        Assert.Matches(@"az functionapp config appsettings set`[^.]+ goes at the next deployment\. Write it into `extraSettings`", Deploy);

    [Fact]
    public void References_to_the_vault_are_read_anew_which_a_restart_does_not_do()
    {
        Assert.Contains("/config/configreferences/appsettings/refresh?api-version=2022-03-01\"\n", Deploy, StringComparison.Ordinal);
        Assert.DoesNotContain("az functionapp restart", Deploy, StringComparison.Ordinal);
    }

    [Fact]
    public void The_app_may_pull_before_its_image_is_named() =>
        Assert.InRange(
            Deploy.IndexOf("az role assignment create --role AcrPull", StringComparison.Ordinal),
            1,
            Deploy.IndexOf("\nparam image = ", StringComparison.Ordinal));

    [Fact]
    public void A_vault_that_went_with_its_group_can_be_brought_back()
    {
        var days = Regex.Match(BicepFile.Named("vault.bicep").Text, @"softDeleteRetentionInDays: (\d+)").Groups[1].Value;

        Assert.Contains($"A vault stays for {days} days", Deploy, StringComparison.Ordinal);
        Assert.Contains("az keyvault recover", Deploy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("docs/deploy.md")]
    [InlineData("deploy/kubernetes/scaling.yaml")]
    public void Keda_is_told_the_addresses_of_a_cluster_by_their_own_name(string file) =>
        Assert.Matches(@"redis-cluster-streams[\s\S]{1,60}\baddresses\b", Repository.Read(file));

    [GeneratedRegex(@"\b(?:src|samples|deploy|docs)/[\w./-]+|\.github/[\w./-]+")]
    private static partial Regex Named();

    [GeneratedRegex(@"jobs:\{[\w-]+\}")]
    private static partial Regex Queue();

    [GeneratedRegex(@"^ +(WEBSITES?_\w+|FUNCTIONS_ENABLE_\w+): ", RegexOptions.Multiline)]
    private static partial Regex Platform();

    [GeneratedRegex(@"properties\.outputs\.(\w+)\.value")]
    private static partial Regex Asked();

    [GeneratedRegex(@"\bparam (\w+) = ")]
    private static partial Regex Given();

    [GeneratedRegex(@"functionjobs\.[a-z.]+[a-z]")]
    private static partial Regex Metric();
}
