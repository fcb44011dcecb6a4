using FunctionJobs.Emulator.Startup;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace FunctionJobs.Emulator.Tests;

/// <summary>What a test's app is made of.</summary>
internal sealed record EmulatedAppOptions
{
    public string HostJson { get; init; } = AppFolder.PlainHostJson;

    public string? LocalSettings { get; init; }

    public string? Redis { get; init; }

    public string? Faults { get; init; }

    public string? Schedule { get; init; }

    public Action<FunctionsApplicationBuilder> Configure { get; init; } = static _ => { };
}

/// <summary>An app in this process, with the functions of the types it is given and a key of its own.</summary>
internal sealed class EmulatedApp : IAsyncDisposable
{
    private readonly AppFolder folder;
    private readonly TaskCompletionSource killed = new();

    private EmulatedApp(AppFolder folder) => this.folder = folder;

    public string Key { get; } = Unique.Name("emulator");

    public Probe Probe { get; } = new();

    public LogRecorder Log { get; } = new();

    public StringWriter Output { get; } = new();

    /// <summary>Ends when the emulator would have killed the process.</summary>
    public Task Killed => killed.Task;

    public IHost Host { get; private set; } = null!;

    public static IDatabase Redis => SharedRedis.Database;

    public static async Task<EmulatedApp> StartAsync(Type[] functions, EmulatedAppOptions? options = null)
    {
        var app = Build(functions, options);
        await app.Host.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }

    public static Task<EmulatedApp> StartAsync<T>(EmulatedAppOptions? options = null) => StartAsync([typeof(T)], options);

    /// <summary>Builds the app without starting it.</summary>
    public static EmulatedApp Build(Type[] functions, EmulatedAppOptions? options = null)
    {
        options ??= new EmulatedAppOptions();
        var app = new EmulatedApp(new AppFolder(options.HostJson, options.LocalSettings));
        var builder = app.Setup(functions).CreateBuilder([]);
        builder.Configuration["Redis"] = options.Redis ?? Servers.Redis;
        builder.Configuration["Key"] = app.Key;
        builder.Configuration["Schedule"] = options.Schedule;
        builder.Configuration["Emulator:Faults"] = options.Faults;
        builder.Services.AddSingleton(app.Probe);
        builder.Logging.ClearProviders().AddProvider(app.Log);
        options.Configure(builder);
        app.Host = builder.Build();
        return app;
    }

    /// <summary>Lets ten polls' worth of time pass, told by <see cref="Beside"/>.</summary>
    public async Task TenPollsAsync()
    {
        await Redis.ListRightPushAsync($"{Key}:beside", [.. Enumerable.Range(0, 10).Select(number => (RedisValue)$"beside {number}")]);
        await Probe.HasEndedAsync("beside 9");
    }

    public Task StopAsync() => Host.StopAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await Host.StopAsync();
        await ((IAsyncDisposable)Host).DisposeAsync();
        folder.Dispose();
    }

    private EmulatorSetup Setup(Type[] functions) => new()
    {
        FunctionTypes = () => functions,
        BaseDirectory = folder.Path,
        CurrentDirectory = folder.Path,
        Output = Output,
        Kill = () => killed.TrySetResult(),
    };
}
