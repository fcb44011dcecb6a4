using StackExchange.Redis;

[assembly: AssemblyFixture(typeof(FunctionJobs.Emulator.Tests.Servers))]

namespace FunctionJobs.Emulator.Tests;

/// <summary>One Redis for all tests.</summary>
public sealed class Servers : IAsyncLifetime
{
    private static RedisServer? _redis;
    private static ConnectionMultiplexer? _connection;

    public static string Redis => _redis!.ConnectionString;

    public static IDatabase Database => _connection!.GetDatabase();

    public async ValueTask InitializeAsync()
    {
        _redis = await RedisServer.StartAsync();
        _connection = await ConnectionMultiplexer.ConnectAsync(Redis);
    }

    public async ValueTask DisposeAsync()
    {
        await _connection!.DisposeAsync();
        await _redis!.DisposeAsync();
    }
}
