using System.Text.Json;
using StackExchange.Redis;

namespace FunctionJobs.Bench;

/// <summary>One job after the other: fetch, run, complete.</summary>
internal sealed class FloorWorker(IDatabase redis)
{
    private static readonly TimeSpan WhenEmpty = TimeSpan.FromMilliseconds(1);

    private readonly FloorScript fetch = new(redis, "return redis.call('LPOP', KEYS[1])", "floor");
    private readonly FloorScript complete = new(redis, "return redis.call('INCR', KEYS[1])", "floor:completed");

    public async Task RunAsync()
    {
        while (true)
        {
            var reply = await fetch.RunAsync();
            if (reply.IsNull)
            {
                await Task.Delay(WhenEmpty);
                continue;
            }

            JobCount.Ran(JsonSerializer.Deserialize<FloorJob>((byte[])reply!)!.Name);
            await complete.RunAsync();
        }
    }
}
