using StackExchange.Redis;

namespace FunctionJobs.Chaos;

/// <summary>Waits until no queue has a job that has not ended.</summary>
internal static class Settling
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(200);

    public static string[] Queues { get; } = [ListWork.Queue.Name, StreamWork.Queue.Name];

    /// <returns>Whether that was so in time.</returns>
    public static async Task<bool> WaitAsync(IConnectionMultiplexer connection, TimeSpan atMost)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(start) < atMost)
        {
            if (await CountAsync(connection) == 0)
            {
                return true;
            }

            await Task.Delay(Every);
        }

        return false;
    }

    private static async Task<long> CountAsync(IConnectionMultiplexer connection)
    {
        try
        {
            var lengths = Queues
                .SelectMany(queue => (string[])[$"jobs:{{{queue}}}:available", $"jobs:{{{queue}}}:scheduled", $"jobs:{{{queue}}}:executing"])
                .Select(key => connection.GetDatabase().SortedSetLengthAsync(key));
            return (await Task.WhenAll(lengths)).Sum();
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            return -1;
        }
    }
}
