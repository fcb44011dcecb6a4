using Microsoft.Extensions.Logging;

namespace FunctionJobs.Worker;

/// <summary>
/// The slots of a queue's concurrency in this process, and the attempts that wait for one. A slot runs one attempt after the other, as
/// long as there are any that were leased ahead.
/// </summary>
/// <param name="queue">The queue.</param>
/// <param name="runner">Runs an attempt.</param>
/// <param name="end">Takes how an attempt has ended.</param>
/// <param name="time">The process's own clock.</param>
/// <param name="log">Where to say what goes wrong.</param>
internal sealed partial class Slots(WorkerQueue queue, AttemptRunner runner, Action<Attempt, Outcome> end, TimeProvider time, ILogger<Slots> log)
{
    private int taken;

    public int Taken => Volatile.Read(ref taken);

    public int Free => queue.Options.Concurrency - Taken;

    /// <summary>Those that are leased and have no slot yet.</summary>
    public Prefetch Ahead { get; } = new(queue.Options.Concurrency, queue.Options.Lease, time);

    /// <summary>Signalled when a slot is free and when few jobs are leased ahead.</summary>
    public Wakeup Changed { get; } = new();

    /// <summary>Starts attempts for which there were free slots; those leased ahead, or handed over unasked, start when there is one.</summary>
    /// <param name="attempts">The attempts.</param>
    /// <param name="isUnbounded">Whether their number is somebody else's matter.</param>
    public void Start(IEnumerable<Attempt> attempts, bool isUnbounded = false)
    {
        foreach (var attempt in attempts)
        {
            if (attempt.Job.IsAhead || attempt.IsGranted)
            {
                Ahead.Add(attempt);
            }
            else if (Interlocked.Increment(ref taken) <= queue.Options.Concurrency || isUnbounded)
            {
                Run(attempt);
            }
            else
            {
                // A job was handed over while this one was fetched.
                Interlocked.Decrement(ref taken);
                Ahead.Add(attempt);
            }
        }

        // Slots may have become free since the fetch.
        Fill();
    }

    /// <summary>
    /// The handler ignores its cancelled token. It cannot be stopped, and its job must not run beside it: the job stays its own, but the
    /// slot is given to others.
    /// </summary>
    public void TakeFrom(Attempt attempt)
    {
        if (!attempt.HandlerEnded && attempt.TryFreeSlot())
        {
            attempt.IsDeaf = true;
            LogIgnoresToken(attempt.Job.Id, queue.Name, attempt.Reason);
            Interlocked.Decrement(ref taken);
            Fill();
            Changed.Signal();
        }
    }

    private void Fill()
    {
        while (Interlocked.Increment(ref taken) <= queue.Options.Concurrency && Ahead.Take() is { } attempt)
        {
            Run(attempt);
        }

        Interlocked.Decrement(ref taken);
    }

    private void Run(Attempt attempt) =>
        ThreadPool.UnsafeQueueUserWorkItem(static work => _ = work.slots.RunAsync(work.attempt), (slots: this, attempt), preferLocal: false);

    private async Task RunAsync(Attempt attempt)
    {
        for (var next = attempt; next is not null; next = TakeNext())
        {
            next.Start();
            var running = OutcomeOfAsync(next);
            if (next.IsGranted && !running.IsCompleted)
            {
                // There may be room for another offer, now that the handler is under way.
                Changed.Signal();
            }

            var outcome = await running;
            Ahead.Ran(next.Elapsed);
            end(next, outcome);
            if (!next.TryFreeSlot())
            {
                return;
            }
        }

        Interlocked.Decrement(ref taken);
        Changed.Signal();
    }

    private Attempt? TakeNext()
    {
        var next = Ahead.Take();
        if (next is not null && Ahead.Room > 0)
        {
            Changed.Signal();
        }

        return next;
    }

    private async ValueTask<Outcome> OutcomeOfAsync(Attempt attempt)
    {
        try
        {
            return attempt.Reason switch
            {
                // The process may have been frozen since the fetch; should the job still be held, it is given back.
                CancelReason.None when time.GetElapsedTime(attempt.HeldAt) >= queue.Options.Lease => Outcome.Released(),
                CancelReason.None => await runner.RunAsync(queue, attempt),
                CancelReason.Requested => Outcome.Cancelled(),
                CancelReason.Shutdown => Outcome.Released(),
                _ => Outcome.Lost(),
            };
        }
        catch (Exception e)
        {
            LogRunnerFailed(e, attempt.Job.Id, queue.Name);
            return Outcome.Retry(TimeSpan.FromSeconds(5), AttemptError.Of(e));
        }
    }
}
