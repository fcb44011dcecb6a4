using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace FunctionJobs.Worker;

/// <summary>The attempts of one queue in this process: starts them, hands their ends to the writer, and stops them at shutdown.</summary>
internal sealed partial class RunningAttempts(WorkerQueue queue, AttemptRunner runner, WorkerSettings settings, ILoggerFactory logs)
{
    private const int MaxUnwritten = 1000;
    private static readonly TimeSpan LastWord = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan SetAsideFor = TimeSpan.FromSeconds(1);

    private readonly ILogger log = logs.CreateLogger<RunningAttempts>();
    private readonly FinishWriter finishes = new(queue, settings.Time, logs.CreateLogger<FinishWriter>());
    private readonly ConcurrentDictionary<string, Attempt> byId = new(StringComparer.Ordinal);
    private int running;
    private int suspects;

    /// <summary>All whose lease this worker must renew: those that run, and those whose end is not written yet.</summary>
    public ICollection<Attempt> All => byId.Values;

    /// <summary>Those that run, each in a slot of the queue's concurrency.</summary>
    public int Count => Volatile.Read(ref running);

    /// <summary>How many ends are not written yet.</summary>
    public int Unwritten => finishes.Unwritten;

    public bool AreTooManyUnwritten => finishes.Unwritten > MaxUnwritten;

    /// <summary>Signalled when an attempt has ended, and when the end of one that an invocation waits for is written; and by whoever else wants the pump to look.</summary>
    public Wakeup Changed { get; } = new();

    /// <summary>Starts attempts of jobs that were leased at <paramref name="heldSince"/>.</summary>
    /// <returns>The attempts, without the jobs that were given back.</returns>
    public async Task<IReadOnlyList<Attempt>> StartAsync(List<LeasedJob> jobs, long heldSince)
    {
        await SetAsideAsync(jobs, heldSince);
        return jobs.ConvertAll(job => Start(job, heldSince));
    }

    public void Cancel(string id, CancelReason reason)
    {
        if (byId.TryGetValue(id, out var attempt))
        {
            attempt.Cancel(reason);
        }
    }

    /// <summary>Gives attempts their time to finish, cancels and releases those that do not, and writes all ends.</summary>
    /// <param name="isQuiet">Whether no more attempts will be started.</param>
    /// <param name="grace">How long they may take.</param>
    public async Task StopAsync(Func<bool> isQuiet, TimeSpan grace)
    {
        await WaitForAsync(() => isQuiet() && Count == 0, grace);
        foreach (var attempt in byId.Values)
        {
            attempt.Cancel(CancelReason.Shutdown);
        }

        // A handler that stops at its token is released as it ends; one that does not is released here. Its late outcome is fenced off.
        if (!await WaitForAsync(() => Count == 0, LastWord))
        {
            foreach (var attempt in byId.Values.Where(attempt => !attempt.HandlerEnded))
            {
                finishes.Write(attempt, Outcome.Released());
            }
        }

        await WaitForAsync(() => finishes.Unwritten == 0, LastWord);
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
            EndAsync(Hold(job, heldSince), Outcome.Postponed(SetAsideFor, null, AttemptError.LostEachTime(0, 0)))));
    }

    private Attempt Start(LeasedJob job, long heldSince)
    {
        var attempt = Hold(job, heldSince);
        ThreadPool.UnsafeQueueUserWorkItem(static work => _ = work.attempts.RunAsync(work.attempt), (attempts: this, attempt), preferLocal: false);
        return attempt;
    }

    private Attempt Hold(LeasedJob job, long heldSince)
    {
        var attempt = new Attempt(job, settings.Time, heldSince, Abandon);
        if (byId.TryGetValue(job.Id, out var earlier) && !earlier.HandlerEnded)
        {
            // It lost its lease without being told yet, and would be forgotten here.
            earlier.Cancel(CancelReason.LeaseLost);
        }

        byId[job.Id] = attempt;
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
        Changed.Signal();
        await attempt.Ended.Task;
        byId.TryRemove(new KeyValuePair<string, Attempt>(attempt.Job.Id, attempt));
        attempt.Dispose();
        if (attempt.IsAwaited)
        {
            Changed.Signal();
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
}
