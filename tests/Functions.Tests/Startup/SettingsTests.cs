using FunctionJobs.Functions;
using FunctionJobs.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using OpenTelemetry;
using OpenTelemetry.Trace;

namespace FunctionJobs.Tests.Startup;

public sealed class SettingsTests : IDisposable
{
    // Those that the settings name are made, where they are right.
    private readonly TemporaryFolder folders = new();

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
    [InlineData("Redis", "cache,password=secret-word,colour=red", "Part 3 of 3, divided at each ',', is no option of it")]
    [InlineData("Redis", "cache,connectTimeout=secret-word", "Part 2 of 2, divided at each ',', is no option of it, or has a value that it does not read.")]
    [InlineData("Redis", "password=secret-word", "Redis names no server")]
    [InlineData("Redis", "redis://app:secret-word@localhost:6379", "Redis is a URL, which StackExchange.Redis does not read. Write host:port")]
    [InlineData("Redis:redisHostName", "cache.example.com", "Redis and Redis__redisHostName are both set")]
    [InlineData("Postgres", "postgres://app:secret-word@localhost/app", "Postgres is a URL")]
    [InlineData("Postgres", "Host=localhost;Colour=secret-word", "Postgres is not a connection string of Npgsql")]
    [InlineData("Postgres", "Host=localhost;Port=secret-word;Database=app", "Part 2 of 3, divided at each ';', is no option of it, or has a value that it does not read.")]
    [InlineData("Postgres", "Password=secret-word", "Postgres names no host")]
    [InlineData("Schema:WaitFor", "00:11:00", "Schema__WaitFor is 00:11:00, and must be 00:00:00 to 00:10:00")]
    [InlineData("Mail:From", "nobody", "Mail__From is 'nobody', which is no mail address")]
    [InlineData("Mail:MessageIdDomain", "not a domain", "Mail__MessageIdDomain is 'not a domain'")]
    [InlineData("Mail:Port", "0", "Mail__Port is 0, and must be 1 to 65535")]
    [InlineData("Mail:Port", "many", "Mail__Port is 'many', which cannot be read. Write a whole number")]
    [InlineData("Mail:Security", "Tls", "Mail__Security is 'Tls', which cannot be read. Write None, StartTls or Ssl")]
    [InlineData("Mail:MaxConnections", "101", "Mail__MaxConnections is 101")]
    [InlineData("Mail:PickupFolder", "/proc/none/mail", "Mail__PickupFolder is '/proc/none/mail', and that folder cannot be made")]
    [InlineData("Mail:Password", "secret-word", "Of Mail__User and Mail__Password one is set")]
    [InlineData("Images:Folder", "/proc/none/images", "Images__Folder is '/proc/none/images', and that folder cannot be made")]
    [InlineData("Images:BlobConnection", "UseDevelopmentStorage=true", "Images__Folder and Images__BlobConnection are both set")]
    [InlineData("Images:DecodesAtOnce", "65", "Images__DecodesAtOnce is 65, and must be 1 to 64")]
    [InlineData("Images:PublicUrl", "", "Images__PublicUrl is empty")]
    [InlineData("Images:PublicUrl", "https://cdn.example.com/images", "Images__PublicUrl is 'https://cdn.example.com/images', and a picture's path follows it at once. End it in / or =, e.g. Images__PublicUrl=https://cdn.example.com/images/")]
    [InlineData("Jobs:Concurrency", "0", "Jobs__Concurrency is 0, and must be 1 to 1000. Write e.g. Jobs__Concurrency=10")]
    [InlineData("Jobs:Lease", "00:10:00.5", "Jobs__Lease is 00:10:00.5, and must be 00:00:01 to 00:10:00. Write e.g. Jobs__Lease=00:00:12")]
    [InlineData("Jobs:Lease", "soon", "Jobs__Lease is 'soon', which cannot be read. Write hh:mm:ss, e.g. 00:00:05")]
    [InlineData("Jobs:Lease", "00:00:02", "Jobs__RenewEvery is 00:00:03, and must be at most half of Jobs__Lease, which is 00:00:02")]
    [InlineData("Jobs:Pump", "perhaps", "Jobs__Pump is 'perhaps', which cannot be read. Write true or false")]
    [InlineData("Jobs:Types:send_welcome_email:MaxAttempts", "0", "Jobs__Types__send_welcome_email__MaxAttempts is 0, and must be 1 to 1000. Write e.g. Jobs__Types__send_welcome_email__MaxAttempts=3")]
    [InlineData("Jobs:Types:resize_post_image:Timeout", "00:00:00", "Jobs__Types__resize_post_image__Timeout is 00:00:00, and must be 00:00:00.001 to 1.00:00:00. Write e.g. Jobs__Types__resize_post_image__Timeout=00:05:00")]
    [InlineData("Jobs:Types:resize_post_image:BackoffJitter", "1.5", "Jobs__Types__resize_post_image__BackoffJitter is 1.5, and must be 0 to 1. Write e.g. Jobs__Types__resize_post_image__BackoffJitter=0.2")]
    [InlineData("Jobs:Types:resize_post_image:BackoffJitter", "much", "Jobs__Types__resize_post_image__BackoffJitter is 'much', which cannot be read. Write a number")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "nonsense", "OTEL_EXPORTER_OTLP_ENDPOINT is 'nonsense', which is no http or https URL")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "localhost:4317", "OTEL_EXPORTER_OTLP_ENDPOINT is 'localhost:4317', which is no http or https URL")]
    [InlineData("APPLICATIONINSIGHTS_CONNECTION_STRING", "secret-word", "APPLICATIONINSIGHTS_CONNECTION_STRING is not a connection string of Application Insights")]
    [InlineData("APPLICATIONINSIGHTS_CONNECTION_STRING", "IngestionEndpoint=https://example.com", "APPLICATIONINSIGHTS_CONNECTION_STRING is not a connection")]
    [InlineData("APPLICATIONINSIGHTS_CONNECTION_STRING", "InstrumentationKey=secret-word;IngestionEndpoint=nowhere", "APPLICATIONINSIGHTS_CONNECTION_STRING is not a connection")]
    public void A_wrong_setting_is_named_and_no_secret_is_told(string setting, string value, string expected)
    {
        var settings = Right();
        settings[setting] = value;

        var said = Describe(settings);

        Assert.Contains(expected, said, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-word", said, StringComparison.Ordinal);
    }

    [Fact]
    public void All_wrong_settings_of_the_jobs_are_said_at_once()
    {
        var settings = Right();
        settings["Jobs:Concurrency"] = "1001";
        settings["Jobs:RenewEvery"] = "00:00:10";
        settings["Jobs:Types:send_welcome_email:MaxAttempts"] = "0";
        settings["Jobs:Types:send_welcome_email:BackoffMax"] = "8.00:00:00";

        var said = Describe(settings);

        Assert.Contains("Jobs__Concurrency is 1001", said, StringComparison.Ordinal);
        Assert.Contains("Jobs__RenewEvery is 00:00:10, and must be at most half of Jobs__Lease, which is 00:00:12", said, StringComparison.Ordinal);
        Assert.Contains("Jobs__Types__send_welcome_email__MaxAttempts is 0", said, StringComparison.Ordinal);
        Assert.Contains("Jobs__Types__send_welcome_email__BackoffMax is 8.00:00:00, and must be 00:00:00 to 7.00:00:00", said, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_that_cannot_be_read_is_left_out_where_it_may_be_a_secret_and_other_messages_are_left_as_they_are()
    {
        var secret = UnreadableValue.Describe("Failed to convert configuration value 'secret-word' at 'Mail:PasswordAge' to type 'System.TimeSpan'.");
        const string other = "Cannot create an instance of type 'Colour'.";

        Assert.Equal("Mail__PasswordAge cannot be read. Write hh:mm:ss, e.g. 00:00:05", secret);
        Assert.Equal(other, UnreadableValue.Describe(other));
    }

    [Theory]
    [InlineData("A_b")]
    [InlineData("ab")]
    [InlineData("a--b")]
    [InlineData("-abc")]
    [InlineData("abc-")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123")]
    public void A_wrong_container_name_is_told(string container)
    {
        var settings = WithBlobs(container);

        Assert.Contains($"Images__BlobContainer is '{container}', which is no container's name", Describe(settings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("abc")]
    [InlineData("my-images-2")]
    [InlineData("012345678901234567890123456789012345678901234567890123456789012")]
    public void A_container_name_that_Azure_takes_is_accepted(string container) => Assert.Null(Describe(WithBlobs(container)));

    [Theory]
    [InlineData(null, "functionjobs-functions")]
    [InlineData("shop-jobs", "shop-jobs")]
    public void Telemetry_is_sent_under_the_configured_name_of_the_service(string? configured, string expected)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://127.0.0.1:1",
            ["OTEL_SERVICE_NAME"] = configured,
        });
        builder.AddTelemetry();
        using var app = builder.Build();

        var resource = app.Services.GetRequiredService<TracerProvider>().GetResource();

        Assert.Equal(expected, Assert.Single(resource.Attributes, attribute => attribute.Key == "service.name").Value);
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
            environment: new Dictionary<string, string?> { ["Redis"] = null, ["Postgres"] = null, ["Mail__Port"] = "99999", ["APPLICATIONINSIGHTS_CONNECTION_STRING"] = "nonsense" },
            cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(1, await app.WaitForExitAsync());

        Assert.Contains(app.Lines, line => line.Contains("Redis is not set.", StringComparison.Ordinal));
        Assert.Contains(app.Lines, line => line.Contains("Mail__Port is 99999", StringComparison.Ordinal));
        Assert.Contains(app.Lines, line => line.Contains("APPLICATIONINSIGHTS_CONNECTION_STRING is not", StringComparison.Ordinal));
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

    public void Dispose() => folders.Dispose();

    private Dictionary<string, string?> Right() => new()
    {
        ["Redis"] = "localhost:6379",
        ["Postgres"] = "Host=localhost;Database=app",
        ["Mail:From"] = "hello@example.com",
        ["Mail:PickupFolder"] = folders.File("mail"),
        ["Images:Folder"] = folders.File("images"),
    };

    private Dictionary<string, string?> WithBlobs(string container)
    {
        var settings = Right();
        settings.Remove("Images:Folder");
        settings["Images:BlobConnection"] = "https://account.blob.core.windows.net";
        settings["Images:BlobContainer"] = container;
        return settings;
    }

    private static string? Describe(Dictionary<string, string?> settings)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(settings);
        builder.AddTelemetry();
        builder.AddRedis();
        builder.AddPostgres();
        builder.AddMail();
        builder.AddImages();
        builder.Services.AddJobWorker()
            .AddJob<SendWelcomeEmail, SendWelcomeEmailHandler>()
            .AddJob<ResizePostImage, ResizePostImageHandler>();
        var failure = Record.Exception(builder.CheckSettings);
        return failure is null ? null : StartupFailure.Describe(failure) ?? throw failure;
    }
}
