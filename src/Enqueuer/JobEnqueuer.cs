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
    private readonly SharedEnqueue shared;

    public JobEnqueuer(IRedisSource source, IOptions<JobEnqueuerOptions> options)
    {
        this.options = options.Value;
        redis = new RedisCalls(source, this.options.Timeout);
        records = new JobRecords(redis, queues);
        shared = new SharedEnqueue((queue, entries) => SendAsync(queue, entries, CancellationToken.None));
    }

    public Task<JobHandle> EnqueueAsync<TJob>(TJob job, EnqueueOptions? options, CancellationToken cancellationToken)
        where TJob : IJob =>
        EnqueueOneAsync(NewJob.Of(job, options), cancellationToken);

    public Task<JobHandle> EnqueueAsync(string name, object? args, EnqueueOptions? options, CancellationToken cancellationToken) =>
        EnqueueOneAsync(NewJob.Named(name, args, options), cancellationToken);

    public async Task<IReadOnlyList<JobHandle>> EnqueueManyAsync(IEnumerable<NewJob> jobs, CancellationToken cancellationToken)
    {
        // All are checked before the first is sent.
        var (chunks, count) = Chunks(jobs);
        var handles = new JobHandle[count];
        Task? previous = null;
        foreach (var (queue, chunk, positions) in chunks)
        {
            var next = SendChunkAsync(queue, chunk, positions, handles, cancellationToken);
            // The next chunk is on its way while Redis works on this one, but for the first: by it Redis gets to know the script.
            await BothAsync(previous ?? next, next);
            previous = next;
        }

        await (previous ?? Task.CompletedTask);
        return handles;
    }

    /// <summary>The jobs of each queue in their order, with their positions in the list.</summary>
    private (List<(JobQueue Queue, JobChunk Chunk, List<int> Positions)> Chunks, int Count) Chunks(IEnumerable<NewJob> jobs)
    {
        var chunks = new List<(JobQueue, JobChunk, List<int>)>();
        var open = new Dictionary<JobQueue, (JobChunk Chunk, List<int> Positions)>();
        var count = 0;
        foreach (var job in jobs)
        {
            try
            {
                var queue = QueueOf(job);
                var entry = JobEntryWriter.Write(job, options.SerializerOptions);
                if (!open.TryGetValue(queue, out var last) || !last.Chunk.HasRoomFor(entry))
                {
                    open[queue] = last = (new JobChunk(), []);
                    chunks.Add((queue, last.Chunk, last.Positions));
                }

                last.Chunk.Add(entry);
                last.Positions.Add(count++);
            }
            catch (ArgumentException e)
            {
                throw new ArgumentException($"Job {count} of the list: {e.Message}", e.ParamName, e);
            }
        }

        return (chunks, count);
    }

    /// <summary>Waits for the first; where it fails, for the second too, so that nothing is under way when the caller is told.</summary>
    private static async Task BothAsync(Task first, Task second)
    {
        try
        {
            await first;
        }
        catch
        {
            await Task.WhenAny(second);
            _ = second.Exception;
            throw;
        }
    }

    private async Task SendChunkAsync(
        JobQueue queue, JobChunk chunk, List<int> positions, JobHandle[] handles, CancellationToken cancellationToken)
    {
        var created = await SendAsync(queue, chunk.Entries, cancellationToken);
        for (var i = 0; i < created.Length; i++)
        {
            handles[positions[i]] = new JobHandle(records, queue.Name, chunk.Entries[i].Id, !created[i]);
        }
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
        cancellationToken.ThrowIfCancellationRequested();
        var created = await shared.AddAsync(queue, entry, cancellationToken);
        activity?.SetTag(JobTelemetry.JobIdTag, entry.Id);
        return new JobHandle(records, queue.Name, entry.Id, !created);
    }

    private async Task<bool[]> SendAsync(JobQueue queue, List<JobEntry> entries, CancellationToken cancellationToken)
    {
        var keys = queues.For(queue.Name);
        var values = new RedisValue[2 + (entries.Count * JobEntry.Width)];
        values[0] = queue.Doorbell.ToWire();
        values[1] = keys.Bell;
        for (var i = 0; i < entries.Count; i++)
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
