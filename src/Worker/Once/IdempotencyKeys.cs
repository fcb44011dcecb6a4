using System.Text.Json;
using StackExchange.Redis;

namespace FunctionJobs.Worker;

/// <summary>
/// Idempotency keys in Redis: <c>running</c> with a lease while an effect is under way, then <c>done</c> with its outcome.
/// </summary>
internal sealed class IdempotencyKeys(IConnectionMultiplexer redis, JsonSerializerOptions serializer, TimeProvider time)
{
    private static readonly RedisScript Begin = RedisScript.Load<IdempotencyKeys>("once_begin");
    private static readonly RedisScript Hold = RedisScript.Load<IdempotencyKeys>("once_hold");
    private static readonly RedisScript End = RedisScript.Load<IdempotencyKeys>("once_end");
    private static readonly RedisScript Drop = RedisScript.Load<IdempotencyKeys>("once_drop");

    /// <summary>How long a running effect holds its key against other jobs unless it is renewed, as it is while the effect runs: 60 s. A later attempt of the same job takes it over at once.</summary>
    public static TimeSpan Lease { get; } = TimeSpan.FromSeconds(60);

    // No JSON.
    private const string Unwritable = "";

    private const int LooksWhileBusy = 20;
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(250);

    /// <summary>How long an outcome is kept: 7 days.</summary>
    public static TimeSpan KeepFor { get; } = TimeSpan.FromDays(7);

    internal async Task<OnceOutcome<T>> OnceAsync<T>(
        JobIdentity job, string key, Func<CancellationToken, Task<T>> effect, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(key.Length, 200, nameof(key));
        cancellationToken.ThrowIfCancellationRequested();
        var database = redis.GetDatabase();
        RedisKey[] keys = [new QueueKeys(job.Queue).Once(key)];

        if (await BeginAsync(database, keys, job, cancellationToken) is { } done)
        {
            return done == Unwritable ? throw NotKept("") : new OnceOutcome<T>(JsonSerializer.Deserialize<T>(done, serializer)!, RanNow: false);
        }

        T outcome;
        try
        {
            // Of its own and not after the effect's first wait: an effect may block its thread. Whether Redis answers or not, nobody waits for it.
            await using var holding = time.CreateTimer(_ => _ = TryHoldAsync(database, keys, job), null, Lease / 3, Lease / 3);
            outcome = await effect(cancellationToken);
        }
        catch
        {
            await TryDropAsync(database, keys, job);
            throw;
        }

        await StoreAsync(database, keys, job, Written(outcome, out var why));
        return why is null ? new OnceOutcome<T>(outcome, RanNow: true) : throw NotKept($" ({why})");
    }

    /// <returns>The outcome as JSON, or <see cref="Unwritable"/> and the reason: the effect has happened, and is not to be repeated for that.</returns>
    private string Written<T>(T outcome, out string? why)
    {
        try
        {
            why = null;
            return JsonSerializer.Serialize(outcome, serializer);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            why = e.GetType().Name;
            return Unwritable;
        }
    }

    private static DiscardJobException NotKept(string why) =>
        new($"The effect is done, but its outcome cannot be written as JSON{why}. Return what System.Text.Json writes. To have the effect again, delete its idempotency key first.");

    /// <summary>Takes the key. While another job holds it, waits a little: most effects are done in a moment.</summary>
    /// <returns>The outcome when the effect is done already, or null when the key is taken.</returns>
    private static async Task<string?> BeginAsync(IDatabase database, RedisKey[] keys, JobIdentity job, CancellationToken cancellationToken)
    {
        for (var look = 0; ; look++)
        {
            var begun = (RedisResult[])(await Begin.RunAsync(
                database, [.. keys, new QueueKeys(job.Queue).Job(job.JobId)], [job.JobId, job.Attempt, (long)Lease.TotalMilliseconds, job.Lease]))!;
            switch ((string?)begun[0])
            {
                case "done":
                    return (string)begun[1]!;
                case "mine":
                    return null;
                case "lost":
                    throw new OperationCanceledException("The attempt has lost its job: another worker has it, or will.");
                case "busy" when look == LooksWhileBusy:
                    throw new RetryJobException(
                        TimeSpan.FromMilliseconds(Math.Max(100, (long)begun[1])), "Another job is at work under the same idempotency key.");
            }

            await Task.Delay(BetweenLooks, cancellationToken);
        }
    }

    /// <summary>
    /// The effect has happened, and without its outcome in Redis it would happen again: for a minute a Redis that is away is
    /// tried again, whatever the attempt's token says.
    /// </summary>
    private static async Task StoreAsync(IDatabase database, RedisKey[] keys, JobIdentity job, string outcome)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                await End.RunAsync(database, keys, [job.JobId, job.Attempt, outcome, (long)KeepFor.TotalMilliseconds]);
                return;
            }
            catch (Exception e) when (e is RedisException or TimeoutException or OperationCanceledException && TimeProvider.System.GetElapsedTime(started) < Lease)
            {
                await Task.Delay(BetweenLooks);
            }
        }
    }

    /// <summary>Prolongs the lease of the key, which a later attempt may have by now. What fails here is made good the next time.</summary>
    internal static async Task TryHoldAsync(IDatabase database, RedisKey[] keys, JobIdentity job)
    {
        try
        {
            await Hold.RunAsync(database, keys, [job.JobId, job.Attempt, job.Lease, (long)Lease.TotalMilliseconds]);
        }
        catch (Exception e) when (e is RedisException or TimeoutException or OperationCanceledException)
        {
        }
    }

    /// <summary>The effect's own failure is what the caller must see; a key that cannot be given back ends with its lease.</summary>
    private static async Task TryDropAsync(IDatabase database, RedisKey[] keys, JobIdentity job)
    {
        try
        {
            await Drop.RunAsync(database, keys, [job.JobId, job.Attempt, job.Lease]);
        }
        catch (Exception e) when (e is RedisException or TimeoutException or OperationCanceledException)
        {
        }
    }
}
