using FunctionJobs.Worker;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Redis;

namespace FunctionJobs.Bench;

/// <summary>The function, with the trigger's settings of the app's own.</summary>
internal sealed class WelcomeFunction(JobPump pump)
{
    [Function("Welcome")]
    public Task RunAsync(
        [RedisListTrigger("Redis", "jobs:{bench}:trigger", pollingIntervalInMs: 50, maxBatchSize: 100)] string entry,
        FunctionContext context) =>
        pump.RunAsync<Welcome>(entry, context.CancellationToken);
}
