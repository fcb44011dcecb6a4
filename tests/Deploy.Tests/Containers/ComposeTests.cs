using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace FunctionJobs.Tests;

public sealed class ComposeTests
{
    private static readonly YamlNode Services = Yaml.Documents("compose.yaml").Single().At("services");

    [Fact]
    public void Everything_is_there_and_has_a_health_check()
    {
        Assert.Equal(
            ["api", "azurite", "functions", "mail", "postgres", "redis"],
            Services.Entries().Select(service => service.Key).Order(StringComparer.Ordinal));
        Assert.All(Services.Entries(), service => Assert.NotNull(service.Value.Find("healthcheck")));
    }

    [Fact]
    public void Redis_keeps_an_append_only_file_and_evicts_nothing()
    {
        var command = string.Join(' ', Services.At("redis", "command").Items().Select(word => word.Text()));

        Assert.Contains("--appendonly yes", command, StringComparison.Ordinal);
        Assert.Contains("--maxmemory-policy noeviction", command, StringComparison.Ordinal);
        Assert.Contains("/data", Services.At("redis", "volumes").Items().Single().Text(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("functions")]
    [InlineData("api")]
    public void An_app_waits_until_its_servers_are_healthy(string app)
    {
        Assert.All(Services.At(app, "depends_on").Entries(), server =>
        {
            Assert.NotNull(Services.Find(server.Key));
            Assert.Equal("service_healthy", server.Value.At("condition").Text());
        });
        Assert.Subset(
            Services.At(app, "depends_on").Entries().Select(server => server.Key).ToHashSet(),
            new HashSet<string> { "redis", "postgres" });
    }

    [Fact]
    public void The_functions_run_where_there_is_an_image_of_their_host()
    {
        Assert.Equal("linux/amd64", Services.At("functions", "platform").Text());
        var pod = Yaml.Document("deploy/kubernetes/functions.yaml", "Deployment").At("spec", "template", "spec");
        Assert.Equal("amd64", pod.At("nodeSelector", "kubernetes.io/arch").Text());
    }

    [Fact]
    public void Both_apps_share_their_settings_and_the_pictures()
    {
        string[] apps = ["functions", "api"];

        Assert.All(apps, app => Assert.Equal("images:/images", Services.At(app, "volumes").Items().Single().Text()));
        var shared = Services.At("api", "environment", "<<");
        Assert.Equal(shared, Services.At("functions", "environment", "<<"));
        Assert.Equal("/images", shared.At("Images__Folder").Text());
    }

    [Fact]
    public void Every_setting_is_documented()
    {
        string[] apps = ["functions", "api"];
        var settings = apps.SelectMany(app => Services.At(app, "environment").Entries())
            .SelectMany(setting => setting.Key == "<<" ? setting.Value.Entries() : [setting])
            .Select(setting => setting.Key);

        Assert.All(settings, name => Assert.True(Settings.IsKnown(name), $"{name} is not in docs/configuration.md."));
    }

    [Fact]
    public void Ports_are_open_to_this_machine_only() =>
        Assert.All(
            Services.Entries().Where(service => service.Value.Find("ports") is not null).SelectMany(service => service.Value.At("ports").Items()),
            port => Assert.StartsWith("127.0.0.1:", port.Text(), StringComparison.Ordinal));

    [Fact]
    public void The_database_is_the_one_that_the_apps_log_in_to()
    {
        var settings = new System.Data.Common.DbConnectionStringBuilder
        {
            ConnectionString = Services.At("api", "environment", "<<", "Postgres").Text(),
        };
        var server = Services.At("postgres", "environment");

        Assert.Equal(server.At("POSTGRES_DB").Text(), settings["Database"]);
        Assert.Equal(server.At("POSTGRES_USER").Text(), settings["Username"]);
        Assert.Equal(server.At("POSTGRES_PASSWORD").Text(), settings["Password"]);
        Assert.NotNull(Services.Find((string)settings["Host"]));
    }

    [Theory]
    [InlineData("functions", "Dockerfile")]
    [InlineData("api", "samples/Api/Dockerfile")]
    public void A_health_check_asks_at_the_port_that_the_app_listens_on(string app, string dockerfile)
    {
        var port = Regex.Match(Repository.Read(dockerfile), @"^EXPOSE (\d+)$", RegexOptions.Multiline).Groups[1].Value;

        Assert.Contains($"/dev/tcp/127.0.0.1/{port} ", Services.At(app, "healthcheck", "test").Items().Last().Text(), StringComparison.Ordinal);
    }
}
