namespace FunctionJobs;

/// <summary>
/// Those who enqueue in the same moment share a call, whatever their queues. Who is alone goes at once. Who comes while calls are under
/// way opens the next one, which is sent by the very next thing that the thread pool does: nobody waits for anybody's round trip.
/// </summary>
internal sealed class SharedEnqueue(EnqueueScript script)
{
    private readonly Lock gate = new();
    private Call? open;
    private int underWay;

    /// <returns>Whether the job was created; false: its id was taken.</returns>
    public Task<bool> AddAsync(JobQueue queue, JobEntry entry, CancellationToken cancellationToken)
    {
        var created = Interlocked.CompareExchange(ref underWay, 1, 0) == 0 ? SendAloneAsync(queue, entry) : JoinAsync(queue, entry);
        return cancellationToken.CanBeCanceled ? UntilCancelledAsync(created, cancellationToken) : created;
    }

    private static async Task<bool> UntilCancelledAsync(Task<bool> created, CancellationToken cancellationToken)
    {
        try
        {
            return await created.WaitAsync(cancellationToken);
        }
        finally
        {
            RedisCalls.Forget(created);
        }
    }

    private async Task<bool> SendAloneAsync(JobQueue queue, JobEntry entry)
    {
        try
        {
            var chunk = new JobChunk(queue);
            chunk.Add(entry);
            return (await script.SendAsync(chunk, CancellationToken.None))[0];
        }
        finally
        {
            Interlocked.Decrement(ref underWay);
        }
    }

    private Task<bool> JoinAsync(JobQueue queue, JobEntry entry)
    {
        lock (gate)
        {
            if (open is null || !open.HasRoomFor(entry))
            {
                open = new Call();
                ThreadPool.UnsafeQueueUserWorkItem(
                    static work => _ = work.shared.SendAsync(work.call), (shared: this, call: open), preferLocal: false);
            }

            return open.Add(queue, entry);
        }
    }

    private async Task SendAsync(Call call)
    {
        Interlocked.Increment(ref underWay);
        lock (gate)
        {
            if (open == call)
            {
                open = null;
            }
        }

        try
        {
            call.End(await script.SendAsync(call.Chunks));
        }
        catch (Exception e)
        {
            call.End(e);
        }
        finally
        {
            Interlocked.Decrement(ref underWay);
        }
    }

    /// <summary>A call that others may join until it is sent.</summary>
    private sealed class Call
    {
        // One per chunk.
        private readonly List<List<TaskCompletionSource<bool>>> waiting = new(1);
        private int count;
        private int bytes;

        public List<JobChunk> Chunks { get; } = new(1);

        public bool HasRoomFor(JobEntry entry) => JobLimits.FitInOneCall(count + 1, bytes + entry.Constant.Length);

        public Task<bool> Add(JobQueue queue, JobEntry entry)
        {
            var index = Chunks.FindIndex(chunk => chunk.Queue == queue);
            if (index < 0)
            {
                index = Chunks.Count;
                Chunks.Add(new JobChunk(queue));
                waiting.Add(new(4));
            }

            var one = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            Chunks[index].Add(entry);
            waiting[index].Add(one);
            count++;
            bytes += entry.Constant.Length;
            return one.Task;
        }

        public void End(EnqueueReply[] replies)
        {
            for (var i = 0; i < replies.Length; i++)
            {
                if (replies[i].Error is { } error)
                {
                    Fail(waiting[i], error);
                    continue;
                }

                for (var job = 0; job < waiting[i].Count; job++)
                {
                    waiting[i][job].SetResult(replies[i].Created[job]);
                }
            }
        }

        public void End(Exception error) => waiting.ForEach(chunk => Fail(chunk, error));

        private static void Fail(List<TaskCompletionSource<bool>> chunk, Exception error)
        {
            foreach (var one in chunk)
            {
                one.SetException(error);
                // Who has cancelled does not look.
                _ = one.Task.Exception;
            }
        }
    }
}
