using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace FunctionJobs.Tests;

public sealed class DeploymentTests
{
    /// <summary>What the Functions host gives a worker after SIGTERM.</summary>
    private const int HostGraceSeconds = 5;

    private static readonly YamlNode Pod = Yaml.Document("deploy/kubernetes/functions.yaml", "Deployment").At("spec", "template", "spec");
    private static readonly YamlNode Container = Pod.At("containers").Items().Single();

    [Fact]
    public void Port_and_user_are_those_of_the_image()
    {
        var dockerfile = Repository.Read("Dockerfile");
        var port = Container.At("ports").Items().Single().At("containerPort").Text();

        Assert.Contains($"ASPNETCORE_URLS=http://+:{port}\n", dockerfile, StringComparison.Ordinal);
        Assert.Contains($"EXPOSE {port}\n", dockerfile, StringComparison.Ordinal);
        Assert.Contains($"USER {Pod.At("securityContext", "runAsUser").Text()}:", dockerfile, StringComparison.Ordinal);
        Assert.Equal("true", Pod.At("securityContext", "runAsNonRoot").Text());
    }

    [Fact]
    public void It_ends_gracefully_and_is_probed()
    {
        Assert.True(int.Parse(Pod.At("terminationGracePeriodSeconds").Text(), CultureInfo.InvariantCulture) > 2 * HostGraceSeconds);
        Assert.All(
            ["startupProbe", "readinessProbe", "livenessProbe"],
            probe => Assert.Equal("http", Container.At(probe, "httpGet", "port").Text()));
    }

    [Fact]
    public void Every_setting_is_documented()
    {
        Assert.All(
            Container.At("env").Items(),
            setting => Assert.True(Settings.IsKnown(setting.At("name").Text()), $"{setting.At("name").Text()} is not in docs/configuration.md."));
    }

    [Theory]
    [InlineData("Redis")]
    [InlineData("Postgres")]
    [InlineData("AzureWebJobsStorage")]
    [InlineData("Mail__Password")]
    [InlineData("Images__BlobConnection")]
    public void What_is_secret_comes_from_the_secret(string setting)
    {
        var found = Container.At("env").Items().Single(one => one.At("name").Text() == setting);

        Assert.Null(found.Find("value"));
        Assert.Equal("functionjobs", found.At("valueFrom", "secretKeyRef", "name").Text());
        Assert.Contains($"--from-literal={found.At("valueFrom", "secretKeyRef", "key").Text()}=", Repository.Read("docs/deploy.md"), StringComparison.Ordinal);
    }
}
