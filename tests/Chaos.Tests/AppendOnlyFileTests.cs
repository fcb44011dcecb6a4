using FunctionJobs.Chaos;
using FunctionJobs.LocalServices;
using StackExchange.Redis;

namespace FunctionJobs.Tests;

public sealed class AppendOnlyFileTests
{
    [Fact]
    public async Task Every_move_of_a_job_is_seen_in_its_order_across_a_restart_of_Redis()
    {
        await using var redis = await LocalRedis.StartAsync(new LocalRedisOptions
        {
            Arguments = ["--appendfsync", "always", "--auto-aof-rewrite-percentage", "0"],
        });
        await WriteAsync(redis, [new("job", "{}")]);
        await WriteAsync(redis, [new("state", "executing"), new("attempt", 1)]);
        redis.Kill();
        await redis.RestartAsync();
        await WriteAsync(redis, [new("state", "available"), new("attempt", 1), new("losses", 2)]);
        await WriteAsync(redis, [new("state", "completed")]);
        await WriteAsync(redis, [new("progress", "{}")]);
        await WriteAsync(redis, [new("state", "completed"), new("result", "*9\r\n$3\r\n")]);

        Assert.Equal(
            [
                new Move(17, Creates: true, JobState.Available),
                new Move(17, Creates: false, JobState.Executing, Attempt: 1),
                new Move(17, Creates: false, JobState.Available, Attempt: 1, Losses: 2),
                new Move(17, Creates: false, JobState.Completed),
                new Move(17, Creates: false, JobState.Completed),
            ],
            AppendOnlyFile.ReadMoves(redis.Folder));
    }

    private static async Task WriteAsync(LocalRedis redis, HashEntry[] record)
    {
        await using var connection = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString);
        await connection.GetDatabase().HashSetAsync("jobs:{chaos-list}:job:job-17", record);
    }
}
