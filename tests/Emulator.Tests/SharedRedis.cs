using StackExchange.Redis;

namespace FunctionJobs.Emulator.Tests;

/// <summary>The tests' own connection to the Redis that they share.</summary>
internal static class SharedRedis
{
    public static IDatabase Database { get; } = ConnectionMultiplexer.Connect(Servers.Redis).GetDatabase();
}
