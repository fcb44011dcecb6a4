using FunctionJobs.Worker;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Redis;

namespace FunctionJobs.Functions;

/// <summary>Runs the jobs of the queue <c>post-image</c>, started by the Redis stream trigger.</summary>
public sealed class ResizePostImageFunction(JobPump pump)
{
    /// <summary>Hands the entry to the queue's pump, which runs its job.</summary>
    [Function("ResizePostImage")]
    public Task RunAsync(
        [RedisStreamTrigger("Redis", "jobs:{post-image}:trigger", pollingIntervalInMs: 50, maxBatchSize: 100)] string entry,
        FunctionContext context) =>
        pump.RunAsync<ResizePostImage>(entry, context.CancellationToken);
}
