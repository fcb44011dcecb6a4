using FunctionJobs.Emulator.Discovery;
using Microsoft.Azure.Functions.Worker.Extensions.Redis;
using StackExchange.Redis;

namespace FunctionJobs.Emulator.Triggers;

/// <summary>Pops entries off a list. Once popped, an entry exists only in this process.</summary>
internal sealed class ListSource(ListTrigger trigger) : RedisSource
{
    /// <inheritdoc/>
    public override async Task<IReadOnlyList<TriggerEntry>> TakeAsync(IDatabase redis)
    {
        // Null when the list does not exist.
        var popped = trigger.Direction == ListDirection.LEFT
            ? await redis.ListLeftPopAsync(trigger.Key, trigger.MaxBatchSize)
            : await redis.ListRightPopAsync(trigger.Key, trigger.MaxBatchSize);
        return [.. (popped ?? []).Select(value => new ListEntry(trigger.Key, value))];
    }
}
