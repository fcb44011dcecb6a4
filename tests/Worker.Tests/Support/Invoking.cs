using FunctionJobs.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace FunctionJobs.Tests;

/// <summary>What a trigger's function does with a worker.</summary>
internal static class Invoking
{
    public static Task InvokeAsync(this IHost worker, TestQueue queue, string entry) =>
        worker.Services.GetRequiredService<JobPump>().RunAsync(
            queue.Queue.Name,
            queue.Queue.Doorbell == Doorbell.Stream && !entry.StartsWith('{') ? StreamEntry(entry) : entry);

    public static QueuePump PumpOf(this IHost worker, TestQueue queue) =>
        worker.Services.GetRequiredService<QueuePumps>().Find(queue.Queue.Name)!;

    /// <summary>A stream entry as the trigger hands it to a string parameter.</summary>
    private static string StreamEntry(string id) => $$$"""{"Id":"1-0","Values":{"id":"{{{id}}}"}}""";
}
