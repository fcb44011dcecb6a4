using FunctionJobs.Emulator.Discovery;
using StackExchange.Redis;

namespace FunctionJobs.Emulator.Triggers;

/// <summary>
/// Reads new entries of a stream through a consumer group that is named after the function, as the real host does. Claims nothing, trims nothing,
/// and acknowledges whatever the outcome.
/// </summary>
internal sealed class StreamSource(string function, StreamTrigger trigger) : RedisSource
{
    // The real host makes a class Functions with a method per function, and the trigger names its group after both.
    private readonly string group = $"Functions.{function}";
    private readonly string consumer = Environment.GetEnvironmentVariable("WEBSITE_INSTANCE_ID") ?? Guid.CreateVersion7().ToString();

    /// <inheritdoc/>
    public override bool ForgetsPendingOnClose => true;

    /// <inheritdoc/>
    public override async Task OpenAsync(IDatabase redis)
    {
        try
        {
            await redis.StreamCreateConsumerGroupAsync(trigger.Key, group, StreamPosition.Beginning, createStream: true);

            // A key of the extension's own, which counted what a former group had read. Whoever makes the group needs leave to delete it.
            await redis.KeyDeleteAsync($"{group}-RedisStreamTrigger-{trigger.Key}");
        }
        catch (RedisServerException exists) when (exists.Message.StartsWith("BUSYGROUP", StringComparison.Ordinal))
        {
        }
    }

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<TriggerEntry>> TakeAsync(IDatabase redis)
    {
        var read = await redis.StreamReadGroupAsync(trigger.Key, group, consumer, StreamPosition.NewMessages, trigger.MaxBatchSize);
        return [.. read.Select(entry => new StreamEntryRead(trigger.Key, entry))];
    }

    /// <inheritdoc/>
    public override Task DoneAsync(IDatabase redis, TriggerEntry entry) =>
        redis.StreamAcknowledgeAsync(trigger.Key, group, ((StreamEntryRead)entry).Entry.Id);

    /// <inheritdoc/>
    public override Task CloseAsync(IDatabase redis) => redis.StreamDeleteConsumerAsync(trigger.Key, group, consumer);
}
