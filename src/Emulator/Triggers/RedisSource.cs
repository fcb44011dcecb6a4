using StackExchange.Redis;

namespace FunctionJobs.Emulator.Triggers;

/// <summary>Where a Redis trigger takes its entries from.</summary>
internal abstract class RedisSource
{
    /// <summary>Makes ready what <see cref="TakeAsync"/> needs. Called again after each error.</summary>
    public virtual Task OpenAsync(IDatabase redis) => Task.CompletedTask;

    /// <summary>Takes the next entries, before any function runs; none when there are none.</summary>
    public abstract Task<IReadOnlyList<TriggerEntry>> TakeAsync(IDatabase redis);

    /// <summary>Called when the invocation of an entry has ended, well or badly.</summary>
    public virtual Task DoneAsync(IDatabase redis, TriggerEntry entry) => Task.CompletedTask;

    /// <summary>Called at a clean stop.</summary>
    public virtual Task CloseAsync(IDatabase redis) => Task.CompletedTask;

    /// <summary>Whether <see cref="CloseAsync"/> takes entries with it whose invocations have not ended.</summary>
    public virtual bool ForgetsPendingOnClose => false;
}
