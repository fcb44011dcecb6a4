using System.Collections.Concurrent;

namespace FunctionJobs;

/// <summary>
/// Those who enqueue into one queue in the same moment share a call. Nobody waits for others: a call is closed by the very next thing
/// that the thread pool does, so who is alone goes alone.
/// </summary>
/// <param name="send">Makes one call and tells per job whether it was created.</param>
internal sealed class SharedEnqueue(Func<JobQueue, List<JobEntry>, Task<bool[]>> send)
{
    private readonly ConcurrentDictionary<JobQueue, Call> open = new();

    /// <returns>Whether the job was created; false: its id was taken.</returns>
    public Task<bool> AddAsync(JobQueue queue, JobEntry entry, CancellationToken cancellationToken)
    {
        while (true)
        {
            var call = open.GetOrAdd(queue, static _ => new Call());
            var (joined, position) = call.Join(entry);
            if (position < 0)
            {
                // It is closed, and about to be sent.
                open.TryRemove(new KeyValuePair<JobQueue, Call>(queue, call));
                continue;
            }

            if (position == 0)
            {
                ThreadPool.UnsafeQueueUserWorkItem(
                    static work => _ = work.shared.SendAsync(work.queue, work.call), (shared: this, queue, call), preferLocal: false);
            }

            return cancellationToken.CanBeCanceled ? joined.WaitAsync(cancellationToken) : joined;
        }
    }

    private async Task SendAsync(JobQueue queue, Call call)
    {
        open.TryRemove(new KeyValuePair<JobQueue, Call>(queue, call));
        var (entries, waiting) = call.Close();
        try
        {
            var created = await send(queue, entries);
            for (var i = 0; i < waiting.Count; i++)
            {
                waiting[i].SetResult(created[i]);
            }
        }
        catch (Exception e)
        {
            foreach (var one in waiting)
            {
                one.SetException(e);
                // Who has cancelled does not look.
                _ = one.Task.Exception;
            }
        }
    }

    private sealed class Call
    {
        private readonly Lock gate = new();
        private readonly List<JobEntry> entries = new(1);
        private readonly List<TaskCompletionSource<bool>> waiting = new(1);
        private int bytes;
        private bool closed;

        /// <returns>The place in the call, or -1 when it is closed or full.</returns>
        public (Task<bool> Created, int Position) Join(JobEntry entry)
        {
            lock (gate)
            {
                if (closed || entries.Count == JobLimits.ChunkSize || (entries.Count > 0 && bytes + entry.Constant.Length > JobLimits.ChunkBytes))
                {
                    return (Task.FromResult(false), -1);
                }

                var one = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
                entries.Add(entry);
                waiting.Add(one);
                bytes += entry.Constant.Length;
                return (one.Task, entries.Count - 1);
            }
        }

        public (List<JobEntry> Entries, List<TaskCompletionSource<bool>> Waiting) Close()
        {
            lock (gate)
            {
                closed = true;
                return (entries, waiting);
            }
        }
    }
}
