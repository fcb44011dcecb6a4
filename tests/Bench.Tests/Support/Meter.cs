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
        return new Cost
        {
            Scripts = (after.Scripts - before.Scripts) / jobs,
            // The second reading is one of its own, and so is what it takes to ask.
            Plain = (after.Reads - before.Reads - 1 - (after.Scripts - before.Scripts)) / jobs,
            Commands = (after.Commands - before.Commands - 1) / jobs,
            Polls = (after.Polls - before.Polls) / jobs,
            Bytes = (after.Bytes - before.Bytes - before.Answer) / jobs,
            Memory = (after.Memory - before.Memory) / jobs,
            Allocated = (double)allocated / jobs,
        };
    }

    public async ValueTask DisposeAsync()
    {
        await connection.DisposeAsync();
        await redis.DisposeAsync();
    }

    private async Task<Reading> ReadAsync()
    {
        var answer = (await Database.ExecuteAsync("INFO", "everything")).ToString();
        var info = answer.Split('\n').Select(line => line.Trim().Split(':', 2)).ToList();
        string? Value(string name) => info.FirstOrDefault(pair => pair[0] == name)?[1];
        double Number(string? text) => text is null ? 0 : double.Parse(text, CultureInfo.InvariantCulture);
        double Calls(string command) => Number(Value("cmdstat_" + command)?.Split(',')[0].Split('=')[1]);
        return new Reading
        {
            Scripts = Calls("evalsha") + Calls("eval"),
            Reads = Number(Value("total_reads_processed")),
            Commands = Number(Value("total_commands_processed")),
            Polls = Calls("lpop"),
            Bytes = Number(Value("total_net_input_bytes")) + Number(Value("total_net_output_bytes")),
            Answer = answer.Length,
            Memory = Number(Value("used_memory")),
        };
    }

    /// <summary>What the server says of itself since its start.</summary>
    private readonly record struct Reading
    {
        public double Scripts { get; init; }

        public double Reads { get; init; }

        public double Commands { get; init; }

        public double Polls { get; init; }

        public double Bytes { get; init; }

        public double Answer { get; init; }

        public double Memory { get; init; }
    }
}

/// <summary>What one job costs.</summary>
internal sealed record Cost
{
    /// <summary>Scripts run, each a round trip.</summary>
    public required double Scripts { get; init; }

    /// <summary>Round trips besides: commands that were sent outside of scripts. Those that came together count as one.</summary>
    public required double Plain { get; init; }

    /// <summary>Redis commands, those inside scripts included.</summary>
    public required double Commands { get; init; }

    /// <summary>What a list trigger asks with, <c>LPOP</c>.</summary>
    public required double Polls { get; init; }

    /// <summary>Bytes sent to Redis and by it.</summary>
    public required double Bytes { get; init; }

    /// <summary>Bytes that Redis holds more than before.</summary>
    public required double Memory { get; init; }

    /// <summary>Bytes allocated in this process.</summary>
    public required double Allocated { get; init; }
}
