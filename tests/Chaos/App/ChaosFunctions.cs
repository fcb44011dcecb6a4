using FunctionJobs.Worker;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Redis;

namespace FunctionJobs.Chaos;

/// <summary>The functions of the app under test, as its user writes them.</summary>
public sealed class ChaosFunctions(JobPump pump)
{
    /// <summary>Started by the list trigger.</summary>
    [Function("RunListWork")]
    public Task RunListWorkAsync(
        [RedisListTrigger("Redis", "jobs:{chaos-list}:trigger", pollingIntervalInMs: 50, maxBatchSize: 100)] string entry,
        FunctionContext context) =>
        pump.RunAsync<ListWork>(entry, context.CancellationToken);

    /// <summary>Started by the stream trigger.</summary>
    [Function("RunStreamWork")]
    public Task RunStreamWorkAsync(
        [RedisStreamTrigger("Redis", "jobs:{chaos-stream}:trigger", pollingIntervalInMs: 50, maxBatchSize: 100)] string entry,
        FunctionContext context) =>
        pump.RunAsync<StreamWork>(entry, context.CancellationToken);
}
