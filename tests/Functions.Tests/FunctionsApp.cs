using FunctionJobs.Functions;
using FunctionJobs.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using StackExchange.Redis;

namespace FunctionJobs.Tests;

/// <summary>The app's own services on the tests' servers, with a database of the test's own, and without triggers.</summary>
internal sealed class FunctionsApp : IAsyncDisposable
{
    private readonly IHost host;

    private FunctionsApp(IHost host, TemporaryFolder folder, CapturedLog log)
    {
        this.host = host;
        Folder = folder;
        Log = log;
    }

    public TemporaryFolder Folder { get; }

    public CapturedLog Log { get; }

    public string MailFolder => Folder.File("mail");

    public string ImageFolder => Folder.File("images");

    public string Queue { get; } = Unique.Name("queue");

    public NpgsqlDataSource Database => host.Services.GetRequiredService<NpgsqlDataSource>();

    public IConnectionMultiplexer Redis => host.Services.GetRequiredService<IConnectionMultiplexer>();

    public T Get<T>()
        where T : notnull =>
        host.Services.GetRequiredService<T>();

    public static async Task<FunctionsApp> StartAsync(params (string Name, string? Value)[] settings)
    {
        var folder = new TemporaryFolder();
        var log = new CapturedLog();
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Redis"] = Servers.Redis,
            ["Postgres"] = await Servers.CreateDatabaseAsync(),
            ["Mail:From"] = "hello@example.com",
            ["Mail:Security"] = "None",
            ["Mail:PickupFolder"] = folder.File("mail"),
            ["Images:Folder"] = folder.File("images"),
        });
        builder.Configuration.AddInMemoryCollection(settings.ToDictionary(setting => setting.Name, setting => setting.Value));
        builder.Logging.AddProvider(log).SetMinimumLevel(LogLevel.Information);
        builder.AddTelemetry();
        builder.AddResilience();
        builder.AddRedis();
        builder.AddPostgres();
        builder.AddMail();
        builder.AddImages();
        builder.Services.AddScoped<SendWelcomeEmailHandler>();
        builder.Services.AddScoped<ResizePostImageHandler>();
        builder.CheckSettings();
        var host = builder.Build();
        await host.MigrateDatabaseAsync();
        return new FunctionsApp(host, folder, log);
    }

    public async Task RunAsync(SendWelcomeEmail job, int attempt = 1, string jobId = "job") =>
        await host.Services.CreateScope().ServiceProvider.GetRequiredService<SendWelcomeEmailHandler>()
            .HandleAsync(job, Context(jobId, attempt));

    public Task<ResizedImage> RunAsync(ResizePostImage job, int attempt = 1) => RunUntilAsync(job, CancellationToken.None, attempt);

    public async Task<ResizedImage> RunUntilAsync(ResizePostImage job, CancellationToken cancellationToken, int attempt = 1) =>
        await host.Services.CreateScope().ServiceProvider.GetRequiredService<ResizePostImageHandler>()
            .HandleAsync(job, Context("job", attempt, cancellationToken));

    public async Task<T?> QueryAsync<T>(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        return await command.ExecuteScalarAsync() is T value ? value : default;
    }

    public async ValueTask DisposeAsync()
    {
        await ((IAsyncDisposable)host).DisposeAsync();
        Folder.Dispose();
    }

    private JobContext Context(string jobId, int attempt, CancellationToken cancellationToken = default) =>
        JobContext.ForTest(Redis, Queue, jobId, attempt, cancellationToken);
}
