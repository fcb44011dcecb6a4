using System.Collections.Concurrent;
using FunctionJobs.Emulator.Discovery;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace FunctionJobs.Emulator.Triggers;

/// <summary>The triggers' own connections, one for each connection string, apart from any that the app opens.</summary>
internal sealed partial class RedisConnections(ILogger<RedisConnections> logger) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<Task<ConnectionMultiplexer>>> connections = new();

    /// <summary>Reads a connection string.</summary>
    /// <exception cref="ArgumentException">It is not one.</exception>
    public static ConfigurationOptions Parse(string connectionString, string function)
    {
        var options = ConfigurationOptions.Parse(connectionString);

        // A server that is not there yet is waited for, as Azure's host tries again and again.
        options.AbortOnConnectFail = false;
        options.ClientName = $"AzureFunctionsRedisExtension.{function}";
        return options;
    }

    /// <summary>The database of a trigger. Opens the connection when asked for the first time.</summary>
    public async Task<IDatabase> DatabaseAsync(string function, RedisTrigger trigger) =>
        (await connections.GetOrAdd(
            trigger.ConnectionString,
            _ => new Lazy<Task<ConnectionMultiplexer>>(() => ConnectAsync(function, trigger))).Value).GetDatabase();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // Neither one that is still being made nor commands under way are waited for: the app is not to be killed for what the emulator does.
        foreach (var connection in connections.Values.Where(connection => connection.Value.IsCompletedSuccessfully))
        {
            await (await connection.Value).CloseAsync(allowCommandsToComplete: false);
        }
    }

    private async Task<ConnectionMultiplexer> ConnectAsync(string function, RedisTrigger trigger)
    {
        var options = Parse(trigger.ConnectionString, function);
        var connection = await ConnectionMultiplexer.ConnectAsync(options);
        if (!connection.IsConnected)
        {
            LogUnreachable(string.Join(", ", options.EndPoints), trigger.Connection);
        }

        return connection;
    }
}
