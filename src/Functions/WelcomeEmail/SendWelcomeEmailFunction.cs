using FunctionJobs.Worker;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Redis;

namespace FunctionJobs.Functions;

/// <summary>Runs the jobs of the queue <c>welcome-email</c>, started by the Redis list trigger.</summary>
public sealed class SendWelcomeEmailFunction(JobPump pump)
{
    /// <summary>Hands the entry to the queue's pump, which runs its job.</summary>
    [Function("SendWelcomeEmail")]
    public Task RunAsync(
        [RedisListTrigger("Redis", "jobs:{welcome-email}:trigger", pollingIntervalInMs: 50, maxBatchSize: 100)] string entry,
        FunctionContext context) =>
        pump.RunAsync<SendWelcomeEmail>(entry, context.CancellationToken);
}
