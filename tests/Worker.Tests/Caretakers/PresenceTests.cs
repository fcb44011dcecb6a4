using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace FunctionJobs.Tests;

public sealed class PresenceTests
{
    [Fact]
    public async Task A_worker_that_has_stopped_neither_listens_nor_shows_itself_on_a_connection_that_lives_on()
    {
        await using var queue = await TestQueue.CreateAsync(redis: $"{Servers.Redis},allowAdmin=true");
        var worker = await queue.StartWorkerAsync((_, _) => Task.FromResult<string?>(null));
        var redis = worker.Services.GetRequiredService<IConnectionMultiplexer>();
        Assert.Equal(2, await ChannelsAsync());
        Assert.Equal(1, await WorkersAsync());

        await worker.StopAsync();

        await Eventually.EqualAsync(0, ChannelsAsync, "channels with listeners");
        var restored = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        redis.ConnectionRestored += (_, e) => _ = e.ConnectionType == ConnectionType.Interactive && restored.TrySetResult();
        await queue.Database.ExecuteAsync("CLIENT", "KILL", "ID", (long)await redis.GetDatabase().ExecuteAsync("CLIENT", "ID"));
        await restored.Task.WaitAsync(TimeSpan.FromSeconds(10));
        // Behind whatever the worker says on this connection.
        await redis.GetDatabase().PingAsync();
        await Task.Delay(300);
        Assert.Equal(0, await WorkersAsync());

        async Task<int> ChannelsAsync() =>
            ((RedisResult[])(await queue.Database.ExecuteAsync("PUBSUB", "CHANNELS", $"*{queue.Queue.Name}*"))!).Length;

        Task<long> WorkersAsync() => queue.Database.SortedSetLengthAsync(queue.Keys.Workers);
    }
}
