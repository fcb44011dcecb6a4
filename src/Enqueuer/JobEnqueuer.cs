using Microsoft.Extensions.Options;

namespace FunctionJobs;

internal sealed class JobEnqueuer : IJobEnqueuer
{
    private readonly JobEnqueuerOptions options;
    private readonly JobRecords records;
    private readonly EnqueueScript script;
    private readonly SharedEnqueue shared;

    public JobEnqueuer(IRedisSource source, IOptions<JobEnqueuerOptions> options)
    {
        this.options = options.Value;
        var redis = new RedisCalls(source, this.options.Timeout);
        var queues = new QueueKeysCache();
        records = new JobRecords(redis, queues, this.options.SerializerOptions);
        script = new EnqueueScript(redis, queues);
        shared = new SharedEnqueue(script);
    }

    public Task<JobHandle> EnqueueAsync<TJob>(TJob job, EnqueueOptions? options, CancellationToken cancellationToken)
        where TJob : IJob =>
        EnqueueOneAsync(NewJob.Of(job, options), cancellationToken);

    public Task<JobHandle> EnqueueAsync(string name, object? args, EnqueueOptions? options, CancellationToken cancellationToken) =>
        EnqueueOneAsync(NewJob.Named(name, args, options), cancellationToken);

    public async Task<IReadOnlyList<JobHandle>> EnqueueManyAsync(IEnumerable<NewJob> jobs, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(jobs);
        // All are checked before the first is sent.
        var (chunks, count) = Chunks(jobs);
        cancellationToken.ThrowIfCancellationRequested();
        var handles = new JobHandle[count];
        Task? previous = null;
        foreach (var (chunk, positions) in chunks)
        {
            var next = SendChunkAsync(chunk, positions, handles, cancellationToken);
            // The next chunk is on its way while Redis works on this one, but for the first: by it Redis gets to know the script.
            await BothAsync(previous ?? next, next);
            previous = next;
        }

        await (previous ?? Task.CompletedTask);
        return handles;
    }

    /// <summary>The jobs of each queue in their order, with their positions in the list.</summary>
    private (List<(JobChunk Chunk, List<int> Positions)> Chunks, int Count) Chunks(IEnumerable<NewJob> jobs)
    {
        var chunks = new List<(JobChunk, List<int>)>();
        var open = new Dictionary<JobQueue, (JobChunk Chunk, List<int> Positions)>();
        var count = 0;
        foreach (var job in jobs)
        {
            try
            {
                ArgumentNullException.ThrowIfNull(job, nameof(jobs));
                var queue = QueueOf(job);
                var entry = JobEntryWriter.Write(job, options.SerializerOptions);
                if (!open.TryGetValue(queue, out var last) || !last.Chunk.HasRoomFor(entry))
                {
                    open[queue] = last = (new JobChunk(queue), []);
                    chunks.Add(last);
                }

                last.Chunk.Add(entry);
                last.Positions.Add(count++);
            }
            catch (ArgumentException e)
            {
                // The new message gets the parameter's name anew.
                var reason = e.Message.Replace($" (Parameter '{e.ParamName}')", "", StringComparison.Ordinal);
                throw new ArgumentException($"Job {count + 1} of the list: {reason}", e.ParamName, e);
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

    private async Task SendChunkAsync(JobChunk chunk, List<int> positions, JobHandle[] handles, CancellationToken cancellationToken)
    {
        var created = await script.SendAsync(chunk, cancellationToken);
        for (var i = 0; i < created.Length; i++)
        {
            handles[positions[i]] = new JobHandle(records, chunk.Queue.Name, chunk.Entries[i].Id, !created[i]);
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
        try
        {
            var entry = JobEntryWriter.Write(job, options.SerializerOptions);
            cancellationToken.ThrowIfCancellationRequested();
            var created = await shared.AddAsync(queue, entry, cancellationToken);
            activity?.SetTag(JobTelemetry.JobIdTag, entry.Id);
            return new JobHandle(records, queue.Name, entry.Id, !created);
        }
        catch (Exception e) when (JobTelemetry.Failed(activity, e))
        {
            throw;
        }
    }

    private JobQueue QueueOf(NewJob job) =>
        job.Queue ?? (job.Name is not null && options.Routes.TryGetValue(job.Name, out var route) ? route : options.DefaultQueue);
}
