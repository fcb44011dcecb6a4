using Azure.Core;
using Azure.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace FunctionJobs.Functions;

/// <summary>One connection per process to the Redis that the triggers read, from the same setting.</summary>
internal static class Redis
{
    public static void AddRedis(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<RedisOptions>()
            .BindConfiguration("Redis")
            .Configure(options => options.ConnectionString = builder.Configuration["Redis"])
            .ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<RedisOptions>, RedisOptionsCheck>();
        builder.Services.TryAddSingleton(TimeProvider.System);

        if (string.IsNullOrWhiteSpace(builder.Configuration["Redis:RedisHostName"]))
        {
            // Opened while the rest of the app is put together: a cold start waits for it that much less.
            var opening = Task.Run(() => ConnectionMultiplexer.ConnectAsync(Options(builder.Configuration["Redis"] ?? "")));
            builder.Services.AddSingleton<IConnectionMultiplexer>(_ => opening.GetAwaiter().GetResult());
            return;
        }

        builder.Services.AddSingleton(services => new RedisTokens(Settings(services).PrincipalId!, Credential(Settings(services))));
        builder.Services.AddSingleton<IConnectionMultiplexer>(services =>
            ConnectionMultiplexer.Connect(Options(Settings(services).RedisHostName + ",ssl=true", services.GetRequiredService<RedisTokens>())));
        builder.Services.AddHostedService<RedisTokenRefresher>();
    }

    /// <summary>What the connection string says, and what a worker that never gives up needs.</summary>
    internal static ConfigurationOptions Options(string connectionString, RedisTokens? tokens = null)
    {
        var options = ConfigurationOptions.Parse(connectionString);
        if (tokens is not null)
        {
            options.Defaults = tokens;
        }
        // A server that is away at the start is waited for and said to be missing by the worker's own check.
        options.AbortOnConnectFail = false;
        // A half-open connection is found out within half a minute rather than after minutes.
        options.KeepAlive = Math.Clamp(options.KeepAlive, 1, 15);
        options.ReconnectRetryPolicy = new ExponentialRetry(deltaBackOffMilliseconds: 250, maxDeltaBackOffMilliseconds: 5000);
        options.ClientName ??= $"functionjobs-{Environment.MachineName}-{Environment.ProcessId}";
        return options;
    }

    private static RedisOptions Settings(IServiceProvider services) => services.GetRequiredService<IOptions<RedisOptions>>().Value;

    private static TokenCredential Credential(RedisOptions options) => options switch
    {
        { ClientSecret: { Length: > 0 } secret } => new ClientSecretCredential(options.TenantId, options.ClientId, secret),
        { ClientId: { Length: > 0 } client } => new ManagedIdentityCredential(ManagedIdentityId.FromUserAssignedClientId(client)),
        _ => new DefaultAzureCredential(),
    };
}
