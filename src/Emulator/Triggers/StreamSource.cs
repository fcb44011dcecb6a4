using FunctionJobs.Emulator.Discovery;
using StackExchange.Redis;

namespace FunctionJobs.Emulator.Triggers;

/// <summary>
/// Reads new entries of a stream through a consumer group that bears the function's name. Claims nothing, trims nothing,
/// and acknowledges whatever the outcome.
/// </summary>
internal sealed class StreamSource(string function, StreamTrigger trigger) : RedisSource
{
    private readonly string _consumer = Environment.GetEnvironmentVariable("WEBSITE_INSTANCE_ID") ?? Guid.CreateVersion7().ToString();

    /// <inheritdoc/>
    public override bool ForgetsPendingOnClose => true;

    /// <inheritdoc/>
    public override async Task OpenAsync(IDatabase redis)
    {
        try
        {
            await redis.StreamCreateConsumerGroupAsync(trigger.Key, function, StreamPosition.Beginning, createStream: true);
        }
        catch (RedisServerException exists) when (exists.Message.StartsWith("BUSYGROUP", StringComparison.Ordinal))
        {
        }
    }

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<TriggerEntry>> TakeAsync(IDatabase redis)
    {
        StreamEntry[] read = await redis.StreamReadGroupAsync(trigger.Key, function, _consumer, StreamPosition.NewMessages, trigger.MaxBatchSize);
        return [.. read.Select(entry => new StreamEntryRead(trigger.Key, entry))];
    }

    /// <inheritdoc/>
    public override Task DoneAsync(IDatabase redis, TriggerEntry entry) =>
        redis.StreamAcknowledgeAsync(trigger.Key, function, ((StreamEntryRead)entry).Entry.Id);

    /// <inheritdoc/>
    public override Task CloseAsync(IDatabase redis) => redis.StreamDeleteConsumerAsync(trigger.Key, function, _consumer);
}
