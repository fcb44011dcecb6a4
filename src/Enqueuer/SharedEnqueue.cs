using System.Collections.Concurrent;

namespace FunctionJobs;

/// <summary>
/// Those who enqueue into one queue in the same moment share a call. Who is alone goes at once. Who comes while calls are under way opens
/// the next one, which is sent by the very next thing that the thread pool does: nobody waits for anybody's round trip.
/// </summary>
/// <param name="send">Makes one call and tells per job whether it was created.</param>
internal sealed class SharedEnqueue(Func<JobQueue, List<JobEntry>, Task<bool[]>> send)
{
    private readonly ConcurrentDictionary<JobQueue, Lane> lanes = new();

    /// <returns>Whether the job was created; false: its id was taken.</returns>
    public Task<bool> AddAsync(JobQueue queue, JobEntry entry, CancellationToken cancellationToken)
    {
        var lane = lanes.GetOrAdd(queue, static queue => new Lane(queue));
        var created = lane.TryGoAlone() ? SendAloneAsync(lane, entry) : JoinAsync(lane, entry);
        return cancellationToken.CanBeCanceled ? created.WaitAsync(cancellationToken) : created;
    }

    private async Task<bool> SendAloneAsync(Lane lane, JobEntry entry)
    {
        try
        {
            return (await send(lane.Queue, [entry]))[0];
        }
        finally
        {
            lane.Came();
        }
    }

    private Task<bool> JoinAsync(Lane lane, JobEntry entry)
    {
        var (created, opened) = lane.Join(entry);
        if (opened is not null)
        {
            ThreadPool.UnsafeQueueUserWorkItem(
                static work => _ = work.shared.SendAsync(work.lane, work.opened), (shared: this, lane, opened), preferLocal: false);
        }

        return created;
    }

    private async Task SendAsync(Lane lane, Call call)
    {
        lane.Close(call);
        try
        {
            var created = await send(lane.Queue, call.Chunk.Entries);
            for (var i = 0; i < call.Waiting.Count; i++)
            {
                call.Waiting[i].SetResult(created[i]);
            }
        }
        catch (Exception e)
        {
            foreach (var one in call.Waiting)
            {
                one.SetException(e);
                // Who has cancelled does not look.
                _ = one.Task.Exception;
            }
        }
        finally
        {
            lane.Came();
        }
    }

    /// <summary>The calls of one queue.</summary>
    private sealed class Lane(JobQueue queue)
    {
        private readonly Lock gate = new();
        private Call? open;
        private int underWay;

        public JobQueue Queue => queue;

        public bool TryGoAlone() => Interlocked.CompareExchange(ref underWay, 1, 0) == 0;

        /// <returns>The answer to come, and the call where this was the first to join it: it must be sent.</returns>
        public (Task<bool> Created, Call? Opened) Join(JobEntry entry)
        {
            lock (gate)
            {
                if (open is { } call && call.Chunk.HasRoomFor(entry))
                {
                    return (call.Add(entry), null);
                }

                open = new Call();
                return (open.Add(entry), open);
            }
        }

        /// <summary>Nobody joins it any more; it is sent.</summary>
        public void Close(Call call)
        {
            Interlocked.Increment(ref underWay);
            lock (gate)
            {
                if (open == call)
                {
                    open = null;
                }
            }
        }

        /// <summary>A call came back, or failed.</summary>
        public void Came() => Interlocked.Decrement(ref underWay);
    }

    private sealed class Call
    {
        public JobChunk Chunk { get; } = new();

        public List<TaskCompletionSource<bool>> Waiting { get; } = new(4);

        public Task<bool> Add(JobEntry entry)
        {
            var one = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            Chunk.Add(entry);
            Waiting.Add(one);
            return one.Task;
        }
    }
}
