using FunctionJobs.Functions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace FunctionJobs.Tests.StartUp;

public sealed class SettingsTests
{
    [Fact]
    public void An_app_without_settings_names_all_that_it_needs()
    {
        var said = Describe([]);

        Assert.StartsWith("The app cannot start.", said, StringComparison.Ordinal);
        Assert.Contains("Redis is not set. Write host:port", said, StringComparison.Ordinal);
        Assert.Contains("Postgres is not set. Write e.g. Postgres=", said, StringComparison.Ordinal);
        Assert.Contains("Mail__From is not set.", said, StringComparison.Ordinal);
        Assert.Contains("Neither Mail__Host nor Mail__PickupFolder is set.", said, StringComparison.Ordinal);
        Assert.Contains("Neither Images__Folder nor Images__BlobConnection is set.", said, StringComparison.Ordinal);
        Assert.DoesNotContain(" at FunctionJobs", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_that_fit_are_accepted() => Assert.Null(Describe(Right()));

    [Theory]
    [InlineData("Redis", "cache,password=secret-word,colour=red", "Redis is not a connection string")]
    [InlineData("Redis", "password=secret-word", "Redis names no server")]
    [InlineData("Redis:redisHostName", "cache.example.com", "Redis and Redis__redisHostName are both set")]
    [InlineData("Postgres", "postgres://app:secret-word@localhost/app", "Postgres is a URL")]
    [InlineData("Postgres", "Host=localhost;Colour=secret-word", "Postgres is not a connection string of Npgsql")]
    [InlineData("Postgres", "Password=secret-word", "Postgres is not a connection string of Npgsql with a host")]
    [InlineData("Schema:WaitFor", "00:11:00", "Schema__WaitFor is 00:11:00, and must be 00:00:00 to 00:10:00")]
    [InlineData("Mail:From", "nobody", "Mail__From is 'nobody', which is no mail address")]
    [InlineData("Mail:MessageIdDomain", "not a domain", "Mail__MessageIdDomain is 'not a domain'")]
    [InlineData("Mail:Port", "0", "Mail__Port is 0, and must be 1 to 65535")]
    [InlineData("Mail:Port", "many", "'many' at 'Mail:Port'")]
    [InlineData("Mail:Security", "Strong", "'Strong' at 'Mail:Security'")]
    [InlineData("Mail:MaxConnections", "101", "Mail__MaxConnections is 101")]
    [InlineData("Mail:Password", "secret-word", "Of Mail__User and Mail__Password one is set")]
    [InlineData("Images:Folder", "/proc/none/images", "Images__Folder is '/proc/none/images', and that folder cannot be made")]
    [InlineData("Images:BlobConnection", "UseDevelopmentStorage=true", "Images__Folder and Images__BlobConnection are both set")]
    [InlineData("Images:DecodesAtOnce", "65", "Images__DecodesAtOnce is 65, and must be 1 to 64")]
    [InlineData("Images:PublicUrl", "", "Images__PublicUrl is empty")]
    public void A_wrong_setting_is_named_and_no_secret_is_told(string setting, string value, string expected)
    {
        var settings = Right();
        settings[setting] = value;

        var said = Describe(settings);

        Assert.Contains(expected, said, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-word", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Redis_by_identity_needs_to_know_whose()
    {
        var settings = Right();
        settings.Remove("Redis");
        settings["Redis:redisHostName"] = "cache.region.redis.azure.net:10000";

        Assert.Contains("Redis__principalId is not", Describe(settings), StringComparison.Ordinal);
        settings["Redis:principalId"] = "00000000-0000-0000-0000-000000000001";
        Assert.Null(Describe(settings));
        settings["Redis:clientSecret"] = "secret-word";
        Assert.Contains("Write all three", Describe(settings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_storage_account_is_told_without_its_key()
    {
        var settings = Right();
        settings.Remove("Images:Folder");
        settings["Images:BlobConnection"] = "AccountName=a;AccountKey=secret-word";

        var said = Describe(settings);

        Assert.Contains("Images__BlobConnection is neither", said, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-word", said, StringComparison.Ordinal);
    }

    [Fact]
    public void The_pool_holds_two_to_five_connections_unless_the_setting_says_otherwise()
    {
        var usual = new NpgsqlConnectionStringBuilder(new PostgresOptions { ConnectionString = "Host=a" }.Pooled());
        var own = new NpgsqlConnectionStringBuilder(new PostgresOptions { ConnectionString = "Host=a;MaxPoolSize=20;Minimum Pool Size=0" }.Pooled());

        Assert.Equal((2, 5), (usual.MinPoolSize, usual.MaxPoolSize));
        Assert.Equal((0, 20), (own.MinPoolSize, own.MaxPoolSize));
    }

    [Fact]
    public async Task The_process_says_what_is_wrong_and_ends_with_an_error()
    {
        await using var app = await ChildProcess.StartDotnetAsync(
            typeof(SendWelcomeEmail).Assembly.Location,
            environment: new Dictionary<string, string?> { ["Redis"] = null, ["Postgres"] = null, ["Mail__Port"] = "99999" },
            cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(1, await app.WaitForExitAsync());

        Assert.Contains(app.Lines, line => line.Contains("Redis is not set.", StringComparison.Ordinal));
        Assert.Contains(app.Lines, line => line.Contains("Mail__Port is 99999", StringComparison.Ordinal));
        Assert.DoesNotContain(app.Lines, line => line.TrimStart().StartsWith("at ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_process_says_that_PostgreSQL_is_away_and_ends_with_an_error()
    {
        using var folder = new TemporaryFolder();
        await using var app = await ChildProcess.StartDotnetAsync(
            typeof(SendWelcomeEmail).Assembly.Location,
            environment: new Dictionary<string, string?>
            {
                ["Redis"] = Servers.Redis,
                ["Postgres"] = "Host=127.0.0.1;Port=1;Database=app;Username=app;Password=secret-word",
                ["Schema__WaitFor"] = "00:00:01",
                ["Mail__From"] = "hello@example.com",
                ["Mail__PickupFolder"] = folder.Path,
                ["Images__Folder"] = folder.Path,
            },
            cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(1, await app.WaitForExitAsync());

        Assert.Contains(app.Lines, line => line.Contains("PostgreSQL at 127.0.0.1:1/app could not be reached within 1 s", StringComparison.Ordinal));
        Assert.DoesNotContain(app.Lines, line => line.Contains("secret-word", StringComparison.Ordinal) || line.TrimStart().StartsWith("at ", StringComparison.Ordinal));
    }

    private static Dictionary<string, string?> Right() => new()
    {
        ["Redis"] = "localhost:6379",
        ["Postgres"] = "Host=localhost;Database=app",
        ["Mail:From"] = "hello@example.com",
        ["Mail:PickupFolder"] = Path.Combine(Path.GetTempPath(), "functionjobs-settings-test"),
        ["Images:Folder"] = Path.Combine(Path.GetTempPath(), "functionjobs-settings-test"),
    };

    private static string? Describe(Dictionary<string, string?> settings)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(settings);
        builder.AddRedis();
        builder.AddPostgres();
        builder.AddMail();
        builder.AddImages();
        var failure = Record.Exception(builder.CheckSettings);
        return failure is null ? null : StartUpFailure.Describe(failure) ?? throw failure;
    }
}
