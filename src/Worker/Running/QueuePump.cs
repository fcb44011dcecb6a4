using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace FunctionJobs.Worker;

/// <summary>
/// Runs the jobs of one queue in this process. An invocation starts it; then it takes further work itself, up to the queue's
/// concurrency, and lingers on the bell when the queue runs empty. There is never more than one loop.
/// </summary>
internal sealed partial class QueuePump(
    WorkerQueue queue, AttemptRunner runner, InboxAdopter inbox, WorkerSettings settings, ILoggerFactory logs)
{
    // The bell rings only when an empty queue gets a job, and pub/sub may lose a message.
    private static readonly TimeSpan LookAnyway = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AfterRedisError = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LastWord = TimeSpan.FromMilliseconds(400);
    private const int MaxUnwritten = 1000;

    private readonly ILogger log = logs.CreateLogger<QueuePump>();
    private readonly FinishWriter finishes = new(queue, settings.Time, logs.CreateLogger<FinishWriter>());
    private readonly ConcurrentDictionary<string, Attempt> attempts = new(StringComparer.Ordinal);
    private readonly InvocationDesk desk = new(settings.Time, queue.Options.HoldInvocationFor);
    private readonly Wakeup wakeup = new();
    private readonly Lock gate = new();
    private readonly CancellationTokenSource stopping = new();
    private int running;
    private int suspects;
    private Task loop = Task.CompletedTask;
    private bool looping;

    public WorkerQueue Queue => queue;

    /// <summary>The attempts whose leases this worker must renew.</summary>
    public ICollection<Attempt> Attempts => attempts.Values;

    public bool IsDriving
    {
        get
        {
            lock (gate)
            {
                return looping;
            }
        }
    }

    public bool IsStopping => stopping.IsCancellationRequested;

    /// <summary>When the last invocation came, as a timestamp of the process's own clock.</summary>
    public long LastInvocation => desk.LastArrival;

    /// <summary>Runs as long as the trigger's invocation is needed.</summary>
    public async Task RunAsync(string entry, CancellationToken cancellationToken)
    {
        var invocation = desk.Arrive(entry);
        if (IsStopping)
        {
            await SaveForeignEntriesAsync();
            desk.Leave(invocation);
            return;
        }

        using var gone = cancellationToken.Register(static one => ((Invocation)one!).Release(), invocation);
        Drive();
        wakeup.Signal();
        await invocation.Released;
        desk.Leave(invocation);
    }

    /// <summary>Starts the loop unless it runs.</summary>
    public void Drive()
    {
        lock (gate)
        {
            if (!looping && !IsStopping)
            {
                looping = true;
                loop = Task.Run(LoopAsync);
            }
        }
    }

    /// <summary>Rings the pump's bell: there may be work.</summary>
    public void Wake() => wakeup.Signal();

    public void CancelAttempt(string id, CancelReason reason)
    {
        if (attempts.TryGetValue(id, out var attempt))
        {
            attempt.Cancel(reason);
        }
    }

    /// <summary>Takes no more work, gives running jobs their time to finish, then releases them.</summary>
    public async Task StopAsync(TimeSpan grace)
    {
        var started = settings.Time.GetTimestamp();
        await stopping.CancelAsync();
        await WaitForAsync(() => loop.IsCompleted && Volatile.Read(ref running) == 0, grace);
        foreach (var attempt in attempts.Values)
        {
            attempt.Cancel(CancelReason.Shutdown);
        }

        // A handler that stops at its token is released as it ends; one that does not is released here. Its late outcome is fenced off.
        if (!await WaitForAsync(() => Volatile.Read(ref running) == 0, LastWord))
        {
            foreach (var attempt in attempts.Values.Where(attempt => !attempt.HandlerEnded))
            {
                finishes.Write(attempt, Outcome.Released());
            }
        }

        await WaitForAsync(() => finishes.Unwritten == 0, LastWord);
        await SaveForeignEntriesAsync();
        desk.Close();
        LogStopped(queue.Name, settings.Time.GetElapsedTime(started));
    }

    /// <summary>The jobs that entries name are safe in the queue; an entry that was pushed by hand must not be lost.</summary>
    private async Task SaveForeignEntriesAsync()
    {
        try
        {
            await inbox.SortOutAsync(queue, desk.TakeNews()).WaitAsync(LastWord, settings.Time);
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            LogRedisError(queue.Name, e.GetType().Name, e.Message);
        }
    }

    private async Task LoopAsync()
    {
        LogStarted(queue.Name);
        while (true)
        {
            try
            {
                if (IsStopping || !await TurnAsync())
                {
                    break;
                }
            }
            catch (OperationCanceledException) when (IsStopping)
            {
                break;
            }
            catch (Exception e)
            {
                LogRedisError(queue.Name, e.GetType().Name, e.Message);
                await Task.Delay(AfterRedisError, settings.Time);
            }
        }

        // Before the next loop can start: what that one answers is not for this one to let go.
        desk.ReleaseAll();
        LogIdle(queue.Name);
        lock (gate)
        {
            looping = false;
        }

        if (desk.HasNews)
        {
            // It came while the loop was ending, and found it still there.
            Drive();
        }
    }

    /// <returns>Whether to go on.</returns>
    private async Task<bool> TurnAsync()
    {
        var slots = queue.Options.Concurrency - Volatile.Read(ref running);
        slots -= await AnswerInvocationsAsync(slots);
        if (!MayFetch)
        {
            desk.ReleaseUnneeded();
            await wakeup.WaitAsync(queue.Options.Linger, stopping.Token);
            return Volatile.Read(ref running) > 0 || desk.HasNews;
        }

        if (slots <= 0 || finishes.Unwritten > MaxUnwritten)
        {
            desk.ReleaseUnneeded();
            await wakeup.WaitAsync(LookAnyway, stopping.Token);
            return true;
        }

        var before = settings.Time.GetTimestamp();
        var (jobs, available) = await Fetch.RunAsync(queue, slots);
        await SetAsideAsync(jobs, before);
        foreach (var job in jobs)
        {
            Start(job, before);
        }

        if (jobs.Count > 0 || available > 0)
        {
            return true;
        }

        desk.ReleaseUnneeded();
        if (await wakeup.WaitAsync(WaitWhenEmpty(), stopping.Token) || Volatile.Read(ref running) > 0 || finishes.Unwritten > 0)
        {
            return true;
        }

        return queue.Options.RunWithoutTrigger || desk.HasNews;
    }

    private TimeSpan WaitWhenEmpty() =>
        Volatile.Read(ref running) > 0 || queue.Options.RunWithoutTrigger ? LookAnyway : queue.Options.Linger;

    // Without the pump an invocation runs its own job only, and the trigger's batch size is what bounds them.
    private bool MayFetch => queue.Options.Pump || queue.Options.RunWithoutTrigger;

    private async Task<int> AnswerInvocationsAsync(int slots)
    {
        var news = desk.TakeNews();
        if (news.Count == 0)
        {
            return 0;
        }

        try
        {
            var ids = await inbox.SortOutAsync(queue, news);
            var before = settings.Time.GetTimestamp();
            var (jobs, unknown) = await Claim.RunAsync(queue, MayFetch ? Math.Max(0, slots) : int.MaxValue, ids.Keys);
            await SetAsideAsync(jobs, before);
            foreach (var job in jobs)
            {
                ids[job.Id].OwnAttempt = Start(job, before);
            }

            await inbox.TakeUnknownAsync(queue, unknown);
            desk.Answer(news);
            return jobs.Count;
        }
        catch
        {
            desk.PutBack(news);
            throw;
        }
    }

    /// <summary>
    /// A job that was lost twice may be what killed its workers: two of them never run side by side, so that an innocent one does
    /// not go down with it a third time. The others are given back before the first can start.
    /// </summary>
    private async Task SetAsideAsync(List<LeasedJob> jobs, long heldSince)
    {
        if (!jobs.Exists(Attempt.MayKill))
        {
            return;
        }

        var aside = jobs.Where(Attempt.MayKill).Skip(Volatile.Read(ref suspects) == 0 ? 1 : 0).ToHashSet();
        jobs.RemoveAll(aside.Contains);
        await Task.WhenAll(aside.Select(job =>
            EndAsync(Hold(job, heldSince), Outcome.Postponed(LookAnyway, null, AttemptError.LostEachTime(0, 0)))));
    }

    private Attempt Start(LeasedJob job, long heldSince)
    {
        var attempt = Hold(job, heldSince);
        ThreadPool.UnsafeQueueUserWorkItem(static work => _ = work.pump.RunAsync(work.attempt), (pump: this, attempt), preferLocal: false);
        return attempt;
    }

    private Attempt Hold(LeasedJob job, long heldSince)
    {
        var attempt = new Attempt(job, settings.Time, heldSince, Abandon);
        if (attempts.TryGetValue(job.Id, out var earlier) && !earlier.HandlerEnded)
        {
            // It lost its lease without being told yet, and would be forgotten here.
            earlier.Cancel(CancelReason.LeaseLost);
        }

        attempts[job.Id] = attempt;
        Interlocked.Increment(ref running);
        if (Attempt.MayKill(job))
        {
            Interlocked.Increment(ref suspects);
        }

        return attempt;
    }

    private async Task RunAsync(Attempt attempt)
    {
        Outcome outcome;
        try
        {
            outcome = await runner.RunAsync(queue, attempt);
        }
        catch (Exception e)
        {
            LogRunnerFailed(e, attempt.Job.Id, queue.Name);
            outcome = Outcome.Retry(TimeSpan.FromSeconds(5), AttemptError.Of(e));
        }

        await EndAsync(attempt, outcome);
    }

    /// <summary>The handler ignores its token: its slot is given to others, whatever it still does.</summary>
    private void Abandon(Attempt attempt)
    {
        if (!attempt.HandlerEnded)
        {
            _ = EndAsync(attempt, attempt.IfAbandoned());
        }
    }

    private async Task EndAsync(Attempt attempt, Outcome outcome)
    {
        if (!attempt.TryEnd())
        {
            return;
        }

        if (Attempt.MayKill(attempt.Job))
        {
            Interlocked.Decrement(ref suspects);
        }

        finishes.Write(attempt, outcome);
        Interlocked.Decrement(ref running);
        wakeup.Signal();
        await attempt.Ended.Task;
        attempts.TryRemove(new KeyValuePair<string, Attempt>(attempt.Job.Id, attempt));
        attempt.Dispose();
        if (desk.Waits)
        {
            wakeup.Signal();
        }
    }

    private async Task<bool> WaitForAsync(Func<bool> condition, TimeSpan atMost)
    {
        var start = settings.Time.GetTimestamp();
        while (!condition())
        {
            if (settings.Time.GetElapsedTime(start) >= atMost)
            {
                return false;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), settings.Time);
        }

        return true;
    }

    [LoggerMessage(LogLevel.Debug, "The pump of queue {Queue} starts.")]
    private partial void LogStarted(string queue);

    [LoggerMessage(LogLevel.Debug, "The pump of queue {Queue} stopped after {Elapsed}.")]
    private partial void LogStopped(string queue, TimeSpan elapsed);

    [LoggerMessage(LogLevel.Debug, "The pump of queue {Queue} has nothing to do.")]
    private partial void LogIdle(string queue);

    [LoggerMessage(LogLevel.Warning, "The pump of queue {Queue} could not reach Redis and tries again: {Error}: {Message}")]
    private partial void LogRedisError(string queue, string error, string message);

    [LoggerMessage(LogLevel.Error, "Job {JobId} of queue {Queue} could not be run.")]
    private partial void LogRunnerFailed(Exception exception, string jobId, string queue);
}
