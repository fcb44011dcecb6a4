using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Redis;
using Microsoft.Extensions.Configuration;

namespace SampleApp;

/// <summary>Functions whose entries say what to do.</summary>
internal sealed class Functions(Invocations invocations, IConfiguration configuration)
{
    /// <summary><c>hold</c> never ends; <c>setting X</c> prints a setting; anything else is printed.</summary>
    [Function("Greet")]
    public async Task Greet(
        [RedisListTrigger("Redis", "%Key%", pollingIntervalInMs: 20, maxBatchSize: 4)] string entry,
        CancellationToken cancellationToken)
    {
        Console.WriteLine($"ran {entry}");
        if (entry.StartsWith("setting ", StringComparison.Ordinal))
        {
            Console.WriteLine($"{entry} is {configuration[entry[8..]]}, environment {Environment.GetEnvironmentVariable(entry[8..])}");
        }

        if (entry != "hold")
        {
            return;
        }

        invocations.Track(cancellationToken);
        await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
    }

    /// <summary>Here for the list of functions.</summary>
    [Function("Follow")]
    public void Follow([RedisStreamTrigger("Redis", "%Key%:stream", pollingIntervalInMs: 20)] string entry) =>
        Console.WriteLine($"followed {entry} while {invocations.Held} are held");
}
