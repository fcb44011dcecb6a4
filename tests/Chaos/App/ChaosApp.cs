using FunctionJobs.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using StackExchange.Redis;

namespace FunctionJobs.Chaos;

/// <summary>The functions app under test: both kinds of trigger, in the emulator.</summary>
internal static class ChaosApp
{
    public static async Task RunAsync(string[] args)
    {
        var builder = FunctionsApplication.CreateBuilder(args);
        builder.Services.AddSingleton(ChaosSettings.OfThisProcess());
        builder.Services.AddSingleton(services => new JournalWriter(services.GetRequiredService<ChaosSettings>().JournalFile));
        builder.Services.AddSingleton(services => NpgsqlDataSource.Create(services.GetRequiredService<ChaosSettings>().Postgres));
        builder.Services.AddSingleton<IConnectionMultiplexer>(
            services => ConnectionMultiplexer.Connect(RedisSettings(services.GetRequiredService<ChaosSettings>().Redis)));
        builder.Services.AddSingleton<Effects>();
        builder.Services.AddSingleton<ScriptedRun>();
        builder.Services.AddJobWorker(options => options.KeepDiscardedAtMost = 1_000_000)
            .AddJob<ListWork, ListWorkHandler>(SetLively)
            .AddJob<StreamWork, StreamWorkHandler>(SetLively);

        using var app = builder.Build();
        await app.RunAsync();
    }

    /// <summary>As the example app connects: a server that is away is waited for.</summary>
    private static ConfigurationOptions RedisSettings(string connectionString)
    {
        var options = ConfigurationOptions.Parse(connectionString);
        options.AbortOnConnectFail = false;
        options.ReconnectRetryPolicy = new ExponentialRetry(deltaBackOffMilliseconds: 250, maxDeltaBackOffMilliseconds: 5000);
        return options;
    }

    private static void SetLively(JobTypeOptions type)
    {
        type.Timeout = TimeSpan.FromSeconds(30);
        // Longer than any run: at its end each job's state is read.
        type.KeepResultFor = TimeSpan.FromHours(6);
        type.BackoffBase = TimeSpan.FromMilliseconds(300);
        type.BackoffMax = TimeSpan.FromSeconds(3);
    }
}
