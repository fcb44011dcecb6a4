using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace FunctionJobs.Worker;

/// <summary>The attempts of one queue in this process, from the lease to the written end; and how they stop at a shutdown.</summary>
internal sealed class RunningAttempts
{
    private static readonly TimeSpan LastWord = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan SetAsideFor = TimeSpan.FromMilliseconds(200);

    // The process is gone by then: a host kills it five seconds after it was told to stop.
    private static readonly TimeSpan AfterProcessEnd = TimeSpan.FromSeconds(2);

    private readonly WorkerQueue queue;
    private readonly AttemptRunner runner;
    private readonly TimeProvider time;
    private readonly FinishWriter finishes;
    private readonly Slots slots;
    private readonly Action<Attempt> ignoresItsToken;
    private readonly ConcurrentDictionary<string, Attempt> byId = new(StringComparer.Ordinal);
    private readonly Suspects suspects;
    private volatile bool isOver;

    public RunningAttempts(WorkerQueue queue, AttemptRunner runner, Suspects suspects, WorkerSettings settings, ILoggerFactory logs)
    {
        this.queue = queue;
        this.runner = runner;
        this.suspects = suspects;
        time = settings.Time;
        slots = new Slots(queue, runner, End, time, logs.CreateLogger<Slots>());
        finishes = new FinishWriter(queue, time, Forget, Changed.Signal, logs.CreateLogger<FinishWriter>());
        ignoresItsToken = attempt =>
        {
            slots.TakeFrom(attempt);
            // It may go on for ever, and others are not to wait for it.
            Absolve(attempt);
        };
    }

    /// <summary>All whose lease this worker must renew: those that run or will, and those whose end is not written yet.</summary>
    public ICollection<Attempt> All => byId.Values;

    /// <summary>Those that hold a slot of the queue's concurrency.</summary>
    public int Count => slots.Taken;

    public int FreeSlots => slots.Free;

    /// <summary>How many more to lease now than there are free slots.</summary>
    public int RoomAhead => slots.Ahead.Room;

    /// <summary>Whether some are leased that have no slot yet.</summary>
    public bool AreSomeWaiting => !slots.Ahead.IsEmpty;

    /// <summary>How many ends are not written yet.</summary>
    public int Unwritten => finishes.Unwritten;

    /// <summary>Whether there is something that the pump must stay for.</summary>
    public bool AreUnderWay => Count > 0 || Unwritten > 0 || AreSomeWaiting;

    public bool AreTooManyUnwritten => finishes.IsBehind;

    /// <summary>
    /// Signalled when a slot is free, when few jobs are leased ahead, when ends are no longer too many to fetch more, and when the end of an
    /// attempt that an invocation waits for is written; and by whoever else wants the pump to look.
    /// </summary>
    public Wakeup Changed => slots.Changed;

    /// <summary>Starts attempts of jobs that were leased at <paramref name="heldSince"/>; those leased ahead start when there is a slot.</summary>
    /// <param name="jobs">The jobs.</param>
    /// <param name="heldSince">Since when their leases are surely held.</param>
    /// <param name="isUnbounded">Whether all start, be there slots for them or not.</param>
    /// <returns>The attempts, without the jobs that were given back.</returns>
    public async Task<IReadOnlyList<Attempt>> StartAsync(List<LeasedJob> jobs, long heldSince, bool isUnbounded = false)
    {
        var aside = TakeAside(jobs);
        // Held from now on: a lease must be renewed, and given back at a shutdown, also while others are put off.
        var attempts = jobs.ConvertAll(job => Hold(job, heldSince, isSuspect: Suspects.MayKill(job)));
        await PutOffAsync(aside, heldSince);
        if (isOver)
        {
            // The fetch came back after the grace.
            attempts.ForEach(GiveBack);
            return [];
        }

        slots.Start(attempts, isUnbounded);
        return attempts;
    }

    /// <summary>Starts an attempt of a job that came by itself when there is a slot, which should be at once; or gives it back.</summary>
    public void TakeGranted(LeasedJob job, long heldSince, bool giveBack)
    {
        var attempt = Hold(job, heldSince, isGranted: true);
        if (giveBack)
        {
            GiveBack(attempt);
        }
        else
        {
            slots.Start([attempt]);
            if (AreSomeWaiting)
            {
                // The pump may be waiting for a bell, and has to give it back soon.
                Changed.Signal();
            }
        }
    }

    public void Cancel(string id, CancelReason reason)
    {
        if (byId.TryGetValue(id, out var attempt))
        {
            attempt.Cancel(reason);
        }
    }

    /// <summary>Gives back what was leased ahead and could not start: it must not wait behind slow handlers.</summary>
    public void HandBackStale() => slots.Ahead.TakeStale().ForEach(GiveBack);

    /// <summary>Gives back all that was leased ahead.</summary>
    public void HandBackWaiting() => slots.Ahead.TakeAll().ForEach(GiveBack);

    /// <summary>Gives attempts their time to finish, cancels and releases those that do not, and writes all ends.</summary>
    /// <param name="isQuiet">Whether no more attempts will be started.</param>
    /// <param name="grace">How long they may take.</param>
    public async Task StopAsync(Func<bool> isQuiet, TimeSpan grace)
    {
        var stopped = time.GetTimestamp();
        await WaitForAsync(
            () =>
            {
                HandBackWaiting();
                return isQuiet() && Count == 0;
            },
            grace);
        isOver = true;
        foreach (var attempt in byId.Values)
        {
            attempt.Cancel(CancelReason.Shutdown);
        }

        // A handler that stops at its token is released as it ends. One that does not ends with the process, and its job runs after that.
        if (!await WaitForAsync(() => isQuiet() && byId.Values.All(attempt => attempt.HandlerEnded), LastWord))
        {
            foreach (var attempt in byId.Values)
            {
                End(attempt, OutlivedBy(attempt));
            }
        }

        var left = grace - time.GetElapsedTime(stopped);
        await WaitForAsync(() => finishes.Unwritten == 0, left > LastWord ? left : LastWord);
    }

    /// <summary>How a handler that outlives the grace ends: whatever its job does next, it does after the process has ended.</summary>
    private Outcome OutlivedBy(Attempt attempt)
    {
        if (attempt.Reason == CancelReason.Shutdown)
        {
            return Outcome.Postponed(AfterProcessEnd, hasBegun: attempt.Terms is not null);
        }

        var outcome = runner.GivenUp(queue, attempt);
        return outcome is Outcome.RetryOutcome retry && retry.Delay < AfterProcessEnd ? Outcome.Retry(AfterProcessEnd, retry.Error) : outcome;
    }

    /// <summary>Of the jobs that may be what killed their workers one may run; the others are given back before it can start.</summary>
    private HashSet<LeasedJob> TakeAside(List<LeasedJob> jobs)
    {
        if (!jobs.Exists(Suspects.MayKill))
        {
            return [];
        }

        var aside = jobs.Where(Suspects.MayKill).Skip(suspects.TryTake() ? 1 : 0).ToHashSet();
        jobs.RemoveAll(aside.Contains);
        return aside;
    }

    private async Task PutOffAsync(HashSet<LeasedJob> aside, long heldSince)
    {
        foreach (var job in aside)
        {
            End(Hold(job, heldSince), Outcome.Postponed(SetAsideFor));
        }

        if (aside.Count > 0)
        {
            await WaitForAsync(() => !aside.Any(job => byId.ContainsKey(job.Id)), queue.Options.Lease);
        }
    }

    private Attempt Hold(LeasedJob job, long heldSince, bool isGranted = false, bool isSuspect = false)
    {
        var attempt = new Attempt(job, time, heldSince, ignoresItsToken, isGranted, isSuspect);
        if (byId.TryGetValue(job.Id, out var earlier) && !earlier.HandlerEnded)
        {
            // It lost its lease without being told yet, and would be forgotten here.
            earlier.Cancel(CancelReason.LeaseLost);
        }

        byId[job.Id] = attempt;
        return attempt;
    }

    private void GiveBack(Attempt attempt) => End(attempt, Outcome.Released());

    private void End(Attempt attempt, Outcome outcome)
    {
        if (!attempt.TryEnd())
        {
            return;
        }

        Absolve(attempt);
        finishes.Write(attempt, outcome);
    }

    private void Absolve(Attempt attempt)
    {
        if (attempt.TryAbsolve())
        {
            suspects.GiveBack();
        }
    }

    private void Forget(Attempt attempt)
    {
        attempt.IsWritten = true;
        byId.TryRemove(new KeyValuePair<string, Attempt>(attempt.Job.Id, attempt));
        attempt.Dispose();
        if (attempt.IsAwaited)
        {
            Changed.Signal();
        }
    }

    private async Task<bool> WaitForAsync(Func<bool> condition, TimeSpan atMost)
    {
        var start = time.GetTimestamp();
        while (!condition())
        {
            if (time.GetElapsedTime(start) >= atMost)
            {
                return false;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), time);
        }

        return true;
    }
}
