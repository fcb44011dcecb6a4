using StackExchange.Redis;

namespace FunctionJobs.Worker;

/// <summary>What the invocations have brought: ids of jobs, which are claimed, and entries that were pushed by hand.</summary>
internal sealed partial class QueuePump
{
    private long? refusedAt;

    /// <summary>The jobs that entries name are safe in the queue; an entry that was pushed by hand must not be lost.</summary>
    private async Task SaveForeignEntriesAsync()
    {
        try
        {
            await inbox.ForwardAsync(queue, InboxAdopter.SortOut(queue, desk.TakeNews()).Foreign).WaitAsync(LastWord, settings.Time);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            LogEntriesNotSaved(queue.Name, e.GetType().Name, e.Message);
        }
    }

    private async Task<int> AnswerInvocationsAsync(int slots)
    {
        var news = desk.TakeNews();
        if (news.Count == 0)
        {
            return 0;
        }

        var (ids, foreign) = InboxAdopter.SortOut(queue, news);
        int started;
        try
        {
            var before = settings.Time.GetTimestamp();
            var (jobs, unknown) = await Claim.RunAsync(queue, MayFetch ? Math.Max(0, slots) : null, ids.Keys);
            foreach (var attempt in await attempts.StartAsync(jobs, before, isUnbounded: !MayFetch))
            {
                attempt.IsAwaited = true;
                ids[attempt.Job.Id].OwnAttempt = attempt;
            }

            foreign.AddRange(InboxAdopter.Unknown(unknown, ids));
            started = jobs.Count;
        }
        catch
        {
            desk.PutBack(news);
            throw;
        }

        await ForwardAsync(foreign);
        var left = foreign.Where(one => !one.Invocation.Forwarded).Select(one => one.Invocation).ToHashSet();
        desk.PutBack(left);
        desk.Answer(news.Where(one => !left.Contains(one)));
        return started;
    }

    /// <summary>An entry that was pushed by hand must not be lost, nor hold up the jobs: what Redis refuses is tried again in a later turn.</summary>
    private async Task ForwardAsync(List<ForeignEntry> foreign)
    {
        if (foreign.Count == 0 || (refusedAt is { } at && settings.Time.GetElapsedTime(at) < AfterRedisError))
        {
            return;
        }

        try
        {
            await inbox.ForwardAsync(queue, foreign);
            refusedAt = null;
        }
        catch (Exception e) when (e is RedisException or TimeoutException or OperationCanceledException)
        {
            refusedAt = settings.Time.GetTimestamp();
            LogEntriesNotSaved(queue.Name, e.GetType().Name, e.Message);
        }
    }
}
