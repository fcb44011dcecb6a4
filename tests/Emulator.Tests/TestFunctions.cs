using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Redis;

namespace FunctionJobs.Emulator.Tests;

/// <summary>Two at a time from the head of a list.</summary>
internal sealed class FromList(Probe probe)
{
    public const string Name = "TakeFromList";

    [Function(Name)]
    public Task RunAsync([RedisListTrigger("Redis", "%Key%", pollingIntervalInMs: 20, maxBatchSize: 2)] string value, FunctionContext context) =>
        probe.RunAsync(value, context);
}

/// <summary>One at a time from the tail of a list.</summary>
internal sealed class FromTail(Probe probe)
{
    [Function("TakeFromTail")]
    public Task RunAsync([RedisListTrigger("Redis", "%Key%", 20, 1, ListDirection.RIGHT)] string value) => probe.RunAsync(value);
}

/// <summary>A list of its own beside another trigger: when ten entries have passed here, the other had time for ten polls.</summary>
internal sealed class Beside(Probe probe)
{
    [Function("Beside")]
    public Task RunAsync([RedisListTrigger("Redis", "%Key%:beside", 20, 1)] string value) => probe.RunAsync(value);
}

/// <summary>Two at a time from a stream.</summary>
internal sealed class FromStream(Probe probe)
{
    public const string Name = "TakeFromStream";

    [Function(Name)]
    public Task RunAsync([RedisStreamTrigger("Redis", "%Key%", 20, 2)] string value, FunctionContext context) => probe.RunAsync(value, context);
}

/// <summary>On a schedule.</summary>
internal sealed class OnTimer(Probe probe)
{
    [Function("OnTimer")]
    public Task RunAsync([TimerTrigger("%Schedule%", RunOnStartup = true)] TimerInfo timer) =>
        probe.RunAsync($"last {timer.ScheduleStatus!.Last:HH:mm:ss}, next {timer.ScheduleStatus.Next:HH:mm:ss}");
}
