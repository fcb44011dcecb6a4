using StackExchange.Redis;

namespace FunctionJobs.Bench;

/// <summary>A script of one command, run by its hash.</summary>
internal sealed class FloorScript(IDatabase redis, string text, RedisKey key)
{
    private readonly RedisKey[] keys = [key];
    private readonly Lazy<Task<byte[]>> hash = new(() =>
        redis.Multiplexer.GetServers()[0].ScriptLoadAsync(text));

    public async Task<RedisResult> RunAsync(params RedisValue[] values) => await redis.ScriptEvaluateAsync(await hash.Value, keys, values);
}
