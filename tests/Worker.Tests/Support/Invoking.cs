using FunctionJobs.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using StackExchange.Redis;

namespace FunctionJobs.Tests;

/// <summary>What a trigger's function does with a worker.</summary>
internal static class Invoking
{
    public static Task InvokeAsync(this IHost worker, TestQueue queue, string entry) =>
        worker.Services.GetRequiredService<JobPump>().RunAsync(
            queue.Queue.Name,
            queue.Queue.Doorbell == Doorbell.Stream && !entry.StartsWith('{') ? RingEntry(entry) : entry);

    /// <summary>Does as the trigger's listener: reads the doorbell, invokes, waits for the ends, sleeps, and again.</summary>
    /// <returns>How many entries it has read when it is over.</returns>
    public static async Task<int> ListenAsync(this IHost worker, TestQueue queue, Task isOver)
    {
        var (read, last) = (0, RedisValue.EmptyString);
        while (!isOver.IsCompleted)
        {
            RedisValue[] ids;
            if (queue.Queue.Doorbell == Doorbell.List)
            {
                ids = await queue.Database.ListLeftPopAsync(queue.Keys.Trigger, 100) ?? [];
            }
            else
            {
                var entries = await queue.Database.StreamReadAsync(queue.Keys.Trigger, last.IsNullOrEmpty ? "0-0" : last, 100);
                last = entries.Length > 0 ? entries[^1].Id : last;
                ids = [.. entries.Select(entry => entry["id"] is { IsNull: false } id ? id : EntryOf(entry))];
            }

            read += ids.Length;
            await Task.WhenAll(ids.Select(id => worker.InvokeAsync(queue, id.ToString())));
            await Task.Delay(50);
        }

        return read;
    }

    public static QueuePump PumpOf(this IHost worker, TestQueue queue) =>
        worker.Services.GetRequiredService<QueuePumps>().Find(queue.Queue.Name)!;

    /// <summary>A stream entry as the trigger hands it to a string parameter.</summary>
    private static string RingEntry(string id) => $$$"""{"Id":"1-0","Values":{"id":"{{{id}}}"}}""";

    private static RedisValue EntryOf(StreamEntry entry) => System.Text.Json.JsonSerializer.Serialize(new
    {
        Id = entry.Id.ToString(),
        Values = entry.Values.ToDictionary(value => value.Name.ToString(), value => value.Value.ToString()),
    });
}
