using System.Net.Sockets;

namespace FunctionJobs.Tests;

public sealed class ApiSettingsTests
{
    private static readonly Dictionary<string, string?> Right = new()
    {
        ["Redis"] = "127.0.0.1:1",
        ["Postgres"] = "Host=127.0.0.1;Port=1;Username=app;Password=hush",
        ["Images__Folder"] = Path.Combine(Path.GetTempPath(), "functionjobs-api-settings"),
        ["Images__BlobConnection"] = null,
        ["Schema__WaitFor"] = "00:00:00.2",
        ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
    };

    [Theory]
    [InlineData("Redis", null, "Redis is not set.")]
    [InlineData("Redis", ",password=hush", "Redis names no server.")]
    [InlineData("Redis", "localhost,hush=1", "Redis is not a connection string of StackExchange.Redis.")]
    [InlineData("Redis", "redis://app:hush@localhost:6379", "Redis is a URL, which StackExchange.Redis does not read.")]
    [InlineData("Postgres", " ", "Postgres is not set.")]
    [InlineData("Postgres", "Host=localhost;Colour=hush", "Postgres is not a connection string of Npgsql.")]
    [InlineData("Postgres", "Username=app;Password=hush", "Postgres names no host.")]
    [InlineData("Images__Folder", null, "Neither Images__Folder nor Images__BlobConnection is set.")]
    [InlineData("Images__Folder", "/proc/nowhere", "Images__Folder cannot be made")]
    [InlineData("Images__BlobConnection", "AccountKey=hush", "Images__Folder and Images__BlobConnection are both set.")]
    [InlineData("Schema__WaitFor", "soon", "Schema__WaitFor is not a time.")]
    [InlineData("Schema__WaitFor", "1", "Schema__WaitFor is 1.00:00:00, and must be 00:00:00 to 00:10:00.")]
    [InlineData("Postgres", "postgres://app:hush@localhost/app", "Postgres is a URL, which Npgsql does not read.")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "nonsense", "OTEL_EXPORTER_OTLP_ENDPOINT is 'nonsense', which is no http or https URL.")]
    [InlineData("APPLICATIONINSIGHTS_CONNECTION_STRING", "hush", "APPLICATIONINSIGHTS_CONNECTION_STRING is not a connection string of Application Insights.")]
    public async Task A_wrong_setting_is_named_and_nothing_secret_is_said(string setting, string? value, string expected)
    {
        var output = await RefusedAsync(new(Right) { [setting] = value });

        Assert.Contains(expected, output, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_that_is_wrong_is_said_at_once()
    {
        var output = await RefusedAsync(new()
        {
            ["Redis"] = null,
            ["Postgres"] = null,
            ["Images__Folder"] = null,
            ["Images__BlobConnection"] = "AccountKey=hush",
        });

        Assert.Contains("Redis is not set.", output, StringComparison.Ordinal);
        Assert.Contains("Postgres is not set.", output, StringComparison.Ordinal);
        Assert.Contains("Images__BlobConnection is neither", output, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_container_name_is_told()
    {
        var output = await RefusedAsync(new(Right)
        {
            ["Images__Folder"] = null,
            ["Images__BlobConnection"] = "https://account.blob.core.windows.net",
            ["Images__BlobContainer"] = "A_b",
        });

        Assert.Contains("Images__BlobContainer is 'A_b', which is no container's name.", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_named_in_one_line()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var url = $"http://{other.LocalEndpoint}";

        var output = await RefusedAsync(new(Right) { ["Postgres"] = await Servers.CreateDatabaseAsync(), ["ASPNETCORE_URLS"] = url });

        Assert.Equal($"The API cannot start. Failed to bind to address {url}: address already in use. Write another, e.g. --urls http://localhost:5090", output.Split('\n')[^1]);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_that_is_another_machine_s_is_told_in_one_line()
    {
        const string url = "http://192.0.2.1:5080";

        var output = await RefusedAsync(new(Right) { ["Postgres"] = await Servers.CreateDatabaseAsync(), ["ASPNETCORE_URLS"] = url });

        Assert.StartsWith("The API cannot start. ", output.Split('\n')[^1], StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_is_away_is_waited_for_and_then_named()
    {
        var output = await RefusedAsync(new(Right));

        Assert.Contains("The API cannot start. Postgres: PostgreSQL at 127.0.0.1:1/", output, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", output, StringComparison.Ordinal);
    }

    private static async Task<string> RefusedAsync(Dictionary<string, string?> settings)
    {
        await using var process = await ChildProcess.StartDotnetAsync(
            RunningApi.Assembly, environment: settings, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(1, await process.WaitForExitAsync());
        return string.Join('\n', process.Lines);
    }
}
