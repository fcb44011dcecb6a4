using System.Text.Json;
using StackExchange.Redis;

namespace FunctionJobs;

/// <summary>Reads, cancels and requeues jobs, and waits for their end.</summary>
internal sealed class JobRecords(RedisCalls redis, QueueKeysCache queues, JsonSerializerOptions serializer) : IJobRecords
{
    private static readonly RedisScript Cancel = RedisScript.Load<JobRecords>("cancel");
    private static readonly RedisScript Requeue = RedisScript.Load<JobRecords>("requeue");
    private static readonly TimeSpan KeepCancelledFor = TimeSpan.FromHours(1);

    private readonly EndedJobs ended = new(redis, queues);

    public async Task<JobState?> GetStateAsync(string queue, string id, CancellationToken cancellationToken)
    {
        var key = queues.For(queue).Job(id);
        var (state, exists) = await redis.CallAsync(
            async multiplexer =>
            {
                var database = multiplexer.GetDatabase();
                var state = database.HashGetAsync(key, "state");
                // The state alone would not tell a job that has none yet from one that is not there.
                var exists = database.KeyExistsAsync(key);
                return (await state, await exists);
            },
            cancellationToken);
        return JobInfoReader.StateOf(state, exists);
    }

    public async Task<JobInfo?> GetInfoAsync(string queue, string id, CancellationToken cancellationToken)
    {
        var keys = queues.For(queue);
        var (fields, due) = await redis.CallAsync(
            async multiplexer =>
            {
                var database = multiplexer.GetDatabase();
                var fields = database.HashGetAllAsync(keys.Job(id));
                var due = database.SortedSetScoreAsync(keys.Scheduled, id);
                return (await fields, await due);
            },
            cancellationToken);
        return JobInfoReader.Read(queue, id, fields, due);
    }

    public async Task<CancelOutcome> CancelAsync(string queue, string id, CancellationToken cancellationToken)
    {
        var keys = queues.For(queue);
        var reply = await redis.CallAsync(
            multiplexer => Cancel.RunAsync(
                multiplexer.GetDatabase(),
                [keys.JobPrefix, keys.Available, keys.Scheduled, keys.Executing, keys.Stats],
                [id, keys.Bell, keys.Ended, (long)KeepCancelledFor.TotalMilliseconds, RedisValue.EmptyString]),
            cancellationToken);
        if ((string?)reply == "cancelled")
        {
            JobTelemetry.Cancelled(queue);
        }

        return (string?)reply switch
        {
            "missing" => CancelOutcome.NotFound,
            "cancelled" => CancelOutcome.Cancelled,
            "requested" => CancelOutcome.Requested,
            _ => CancelOutcome.AlreadyEnded,
        };
    }

    public async Task<RequeueOutcome> RequeueAsync(string queue, string id, CancellationToken cancellationToken)
    {
        var keys = queues.For(queue);
        var reply = await redis.CallAsync(
            multiplexer => Requeue.RunAsync(
                multiplexer.GetDatabase(), [keys.JobPrefix, keys.Scheduled, keys.Discarded, keys.Stats], [id, keys.Bell]),
            cancellationToken);
        if ((string?)reply == "requeued")
        {
            JobTelemetry.Requeued(queue);
        }

        return (string?)reply switch
        {
            "missing" => RequeueOutcome.NotFound,
            "requeued" => RequeueOutcome.Requeued,
            _ => RequeueOutcome.NotDiscarded,
        };
    }

    public async Task<T?> WaitForResultAsync<T>(string queue, string id, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var (state, result, errors) = await ended.WaitAsync(queue, id, timeout, cancellationToken);
        if (state != JobState.Completed)
        {
            throw new JobFailedException(queue, id, state, JobInfoReader.ReadErrors(errors) is [.., var last] ? last : null);
        }

        return string.IsNullOrEmpty(result) ? default : JsonSerializer.Deserialize<T>(result, serializer);
    }
}
