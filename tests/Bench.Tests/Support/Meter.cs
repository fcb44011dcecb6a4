using System.Globalization;
using FunctionJobs.LocalServices;
using StackExchange.Redis;

namespace FunctionJobs.Tests;

/// <summary>A server of a test's own, and what was asked of it. Counts do not depend on how busy the machine is.</summary>
internal sealed class Meter : IAsyncDisposable
{
    private readonly LocalRedis redis;
    private readonly ConnectionMultiplexer connection;

    private Meter(LocalRedis redis, ConnectionMultiplexer connection)
    {
        this.redis = redis;
        this.connection = connection;
    }

    public string Redis => redis.ConnectionString;

    public IDatabase Database => connection.GetDatabase();

    public static async Task<Meter> StartAsync()
    {
        var redis = await LocalRedis.StartAsync();
        return new Meter(redis, await ConnectionMultiplexer.ConnectAsync($"{redis.ConnectionString},allowAdmin=true"));
    }

    /// <summary>Counts what a piece of work costs, per job.</summary>
    public async Task<Cost> CountAsync(int jobs, Func<Task> work)
    {
        var before = await ReadAsync();
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        await work();
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        var after = await ReadAsync();
        return new Cost(
            (after.Scripts - before.Scripts) / jobs,
            (after.Commands - before.Commands - 1) / jobs,
            (after.Bytes - before.Bytes - before.Answer) / jobs,
            (after.Memory - before.Memory) / jobs,
            (double)allocated / jobs);
    }

    public async ValueTask DisposeAsync()
    {
        await connection.DisposeAsync();
        await redis.DisposeAsync();
    }

    private async Task<(double Scripts, double Commands, double Bytes, double Answer, double Memory)> ReadAsync()
    {
        var answer = (await Database.ExecuteAsync("INFO", "everything")).ToString();
        var info = answer.Split('\n').Select(line => line.Trim().Split(':', 2)).ToList();
        string? Value(string name) => info.FirstOrDefault(pair => pair[0] == name)?[1];
        double Number(string? text) => text is null ? 0 : double.Parse(text, CultureInfo.InvariantCulture);
        double Calls(string command) => Number(Value("cmdstat_" + command)?.Split(',')[0].Split('=')[1]);
        return (
            Calls("evalsha") + Calls("eval"),
            Number(Value("total_commands_processed")),
            Number(Value("total_net_input_bytes")) + Number(Value("total_net_output_bytes")),
            answer.Length,
            Number(Value("used_memory")));
    }
}

/// <summary>What one job costs.</summary>
/// <param name="Scripts">Scripts run, each a round trip.</param>
/// <param name="Commands">Redis commands, those inside scripts included.</param>
/// <param name="Bytes">Bytes sent to Redis and by it.</param>
/// <param name="Memory">Bytes that Redis holds more than before.</param>
/// <param name="Allocated">Bytes allocated in this process.</param>
internal sealed record Cost(double Scripts, double Commands, double Bytes, double Memory, double Allocated);
