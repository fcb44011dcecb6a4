using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace FunctionJobs;

internal sealed class JobEnqueuer : IJobEnqueuer
{
    private static readonly RedisScript Enqueue = RedisScript.Load<JobEnqueuer>("enqueue");

    private readonly JobEnqueuerOptions options;
    private readonly RedisCalls redis;
    private readonly JobRecords records;
    private readonly QueueKeysCache queues = new();

    public JobEnqueuer(IRedisSource source, IOptions<JobEnqueuerOptions> options)
    {
        this.options = options.Value;
        redis = new RedisCalls(source, this.options.Timeout);
        records = new JobRecords(redis, queues);
    }

    public Task<JobHandle> EnqueueAsync<TJob>(TJob job, EnqueueOptions? options, CancellationToken cancellationToken)
        where TJob : IJob =>
        EnqueueOneAsync(NewJob.Of(job, options), cancellationToken);

    public Task<JobHandle> EnqueueAsync(string name, object? args, EnqueueOptions? options, CancellationToken cancellationToken) =>
        EnqueueOneAsync(NewJob.Named(name, args, options), cancellationToken);

    public async Task<IReadOnlyList<JobHandle>> EnqueueManyAsync(IEnumerable<NewJob> jobs, CancellationToken cancellationToken)
    {
        var checkedJobs = new List<(JobQueue Queue, JobEntry Entry)>();
        foreach (var job in jobs)
        {
            try
            {
                checkedJobs.Add((QueueOf(job), JobEntryWriter.Write(job, options.SerializerOptions)));
            }
            catch (ArgumentException e)
            {
                throw new ArgumentException($"Job {checkedJobs.Count} of the list: {e.Message}", e.ParamName, e);
            }
        }

        var handles = new JobHandle[checkedJobs.Count];
        foreach (var queue in checkedJobs.Select((job, position) => (job, position)).GroupBy(x => x.job.Queue))
        {
            foreach (var chunk in queue.Chunk(JobLimits.ChunkSize))
            {
                var entries = Array.ConvertAll(chunk, x => x.job.Entry);
                var created = await SendAsync(queue.Key, entries, cancellationToken);
                for (var i = 0; i < chunk.Length; i++)
                {
                    handles[chunk[i].position] = new JobHandle(records, queue.Key.Name, entries[i].Id, !created[i]);
                }
            }
        }

        return handles;
    }

    public JobHandle GetJob(string queue, string id)
    {
        JobQueue.CheckedName(queue);
        return JobLimits.WrongId(id) is { } reason ? throw new ArgumentException(reason, nameof(id)) : new JobHandle(records, queue, id);
    }

    private async Task<JobHandle> EnqueueOneAsync(NewJob job, CancellationToken cancellationToken)
    {
        var queue = QueueOf(job);
        using var activity = JobTelemetry.StartEnqueue(job.Name, queue.Name);
        var entry = JobEntryWriter.Write(job, options.SerializerOptions);
        var created = await SendAsync(queue, [entry], cancellationToken);
        activity?.SetTag(JobTelemetry.JobIdTag, entry.Id);
        return new JobHandle(records, queue.Name, entry.Id, !created[0]);
    }

    private async Task<bool[]> SendAsync(JobQueue queue, JobEntry[] entries, CancellationToken cancellationToken)
    {
        var keys = queues.For(queue.Name);
        var values = new RedisValue[2 + (entries.Length * JobEntry.Width)];
        values[0] = queue.Doorbell.ToWire();
        values[1] = keys.Bell;
        for (var i = 0; i < entries.Length; i++)
        {
            entries[i].CopyTo(values.AsSpan(2 + (i * JobEntry.Width)));
        }

        var reply = await redis.CallAsync(
            multiplexer => Enqueue.RunAsync(multiplexer.GetDatabase(), keys.ForEnqueue, values), cancellationToken);
        var created = Array.ConvertAll((long[])reply!, one => one == 1);
        JobTelemetry.Enqueued(queue.Name, created.Count(one => one));
        return created;
    }

    private JobQueue QueueOf(NewJob job) =>
        job.Queue ?? (job.Name is not null && options.Routes.TryGetValue(job.Name, out var route) ? route : options.DefaultQueue);
}
