using Microsoft.Extensions.DependencyInjection;
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
            .Configure(options => options.ConnectionString = builder.Configuration["Redis"])
            .ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<RedisOptions>, RedisOptionsCheck>();
        builder.Services.AddSingleton<IConnectionMultiplexer>(services =>
            ConnectionMultiplexer.Connect(Options(services.GetRequiredService<IOptions<RedisOptions>>().Value.ConnectionString!)));
    }

    /// <summary>What the connection string says, and what a worker that never gives up needs.</summary>
    internal static ConfigurationOptions Options(string connectionString)
    {
        var options = ConfigurationOptions.Parse(connectionString);
        // A server that is away at the start is waited for and said to be missing by the worker's own check.
        options.AbortOnConnectFail = false;
        // A half-open connection is found out within half a minute rather than after minutes.
        options.KeepAlive = Math.Clamp(options.KeepAlive, 1, 15);
        options.ReconnectRetryPolicy = new ExponentialRetry(deltaBackOffMilliseconds: 250, maxDeltaBackOffMilliseconds: 5000);
        options.ClientName ??= $"functionjobs-{Environment.MachineName}-{Environment.ProcessId}";
        return options;
    }
}
