using FunctionJobs.LocalServices;
using StackExchange.Redis;

namespace FunctionJobs.Tests;

internal static class RedisClient
{
    /// <summary>Opens a connection, sends one command, and gives its answer as text.</summary>
    public static async Task<string> ExecuteAsync(LocalRedis redis, string command, params object[] arguments)
    {
        await using var connection = await ConnectionMultiplexer.ConnectAsync($"{redis.ConnectionString},allowAdmin=true");
        var result = await connection.GetDatabase().ExecuteAsync(command, arguments);
        return result.Length >= 0 ? string.Join(' ', ((string?[]?)result)!) : result.ToString();
    }
}
