using System.Text.Json;
using StackExchange.Redis;

namespace FunctionJobs.Bench;

internal sealed class FloorProducer(IDatabase redis) : Producer
{
    private const int ChunkSize = 500;

    private readonly FloorScript enqueue = new(redis, "return redis.call('RPUSH', KEYS[1], unpack(ARGV))", "floor");

    protected override Task EnqueueAsync(int number, string name) => enqueue.RunAsync(Job(number, name));

    protected override async Task<bool> BulkAsync(int jobs)
    {
        foreach (var chunk in Enumerable.Range(0, jobs).Chunk(ChunkSize))
        {
            await enqueue.RunAsync(Array.ConvertAll(chunk, number => (RedisValue)Job(number, Arguments.Name)));
        }

        return true;
    }

    private static byte[] Job(int number, string name) =>
        JsonSerializer.SerializeToUtf8Bytes(new FloorJob(Arguments.Id(number), Arguments.Email(number), name));
}

/// <summary>The job as it stands in the list.</summary>
internal sealed record FloorJob(int UserId, string Email, string Name);
