namespace FunctionJobs.Worker;

/// <summary>Why an attempt's token was cancelled.</summary>
internal enum CancelReason
{
    None,
    Timeout,
    Requested,
    LeaseLost,
    Shutdown,
}

/// <summary>One attempt that this worker runs, will run, or whose end it has yet to write.</summary>
/// <param name="job">The job.</param>
/// <param name="time">The process's own clock.</param>
/// <param name="heldSince">Since when its lease is surely held, as a timestamp of that clock.</param>
/// <param name="ignoresItsToken">Called when its handler ignores its cancelled token.</param>
/// <param name="isGranted">Whether an enqueue handed the job to this worker.</param>
/// <param name="isSuspect">Whether it has the right to run of <see cref="Suspects"/>.</param>
internal sealed class Attempt(LeasedJob job, TimeProvider time, long heldSince, Action<Attempt> ignoresItsToken, bool isGranted = false, bool isSuspect = false)
    : IDisposable
{
    // A handler that ignores its cancelled token gets this long; then its slot is given to others.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource cancellation = new();
    // The offer that led to a grant may be much older than the lease.
    private readonly long leased = isGranted ? time.GetTimestamp() : heldSince;
    private long started = heldSince;
    private int reason;
    private int ended;
    private int hasSlot;
    private int suspect = isSuspect ? 1 : 0;
    private ITimer? timer;

    public LeasedJob Job => job;

    /// <summary>When the lease was last known to be held, as a timestamp of the process's own clock.</summary>
    public long HeldAt { get; set; } = heldSince;

    /// <summary>Whether the handler has ended and only the writing of it is left: that its lease is gone then is as it should be.</summary>
    public bool HandlerEnded => Volatile.Read(ref ended) == 1;

    /// <summary>Whether an enqueue handed the job to this worker, which has no offer out since then.</summary>
    public bool IsGranted { get; } = isGranted;

    /// <summary>Whether an invocation waits for its end.</summary>
    public bool IsAwaited { get; set; }

    /// <summary>Whether its end has been written, or given up.</summary>
    public bool IsWritten { get; set; }

    /// <summary>Whether its handler ignores its cancelled token, and nobody waits for it any more.</summary>
    public bool IsDeaf { get; set; }

    /// <summary>How long after its lease the handler was started.</summary>
    public TimeSpan StartedAfter => time.GetElapsedTime(leased, started);

    public TimeSpan Elapsed => time.GetElapsedTime(started);

    public CancelReason Reason => (CancelReason)Volatile.Read(ref reason);

    public CancellationToken Token => cancellation.Token;

    /// <summary>What it runs by, once its record has been read.</summary>
    public AttemptTerms? Terms { get; set; }

    /// <returns>Whether this call ended it: there is one end.</returns>
    public bool TryEnd() => Interlocked.Exchange(ref ended, 1) == 0;

    /// <returns>Whether this call freed its slot.</returns>
    public bool TryFreeSlot() => Interlocked.Exchange(ref hasSlot, 0) == 1;

    /// <returns>Whether this call took the right of <see cref="Suspects"/> from it, to be given back.</returns>
    public bool TryAbsolve() => Interlocked.Exchange(ref suspect, 0) == 1;

    /// <summary>It has a slot, and its handler is about to start.</summary>
    public void Start()
    {
        Volatile.Write(ref hasSlot, 1);
        started = time.GetTimestamp();
    }

    public void StartTimeout(TimeSpan timeout) =>
        timer = time.CreateTimer(static attempt => ((Attempt)attempt!).Cancel(CancelReason.Timeout), this, timeout, Timeout.InfiniteTimeSpan);

    /// <summary>Cancels the handler's token. The first reason stays, but a lost lease overrules every other.</summary>
    public void Cancel(CancelReason why)
    {
        if (why == CancelReason.LeaseLost)
        {
            Interlocked.Exchange(ref reason, (int)why);
        }
        else if (Interlocked.CompareExchange(ref reason, (int)why, (int)CancelReason.None) != (int)CancelReason.None)
        {
            return;
        }

        try
        {
            _ = cancellation.CancelAsync();
            ComplainLater();
        }
        catch (ObjectDisposedException)
        {
            // It has just ended.
        }
    }

    public void Dispose()
    {
        timer?.Dispose();
        cancellation.Dispose();
    }

    private void ComplainLater()
    {
        var last = time.CreateTimer(_ => ignoresItsToken(this), null, Patience, Timeout.InfiniteTimeSpan);
        Interlocked.Exchange(ref timer, last)?.Dispose();
    }
}

/// <summary>What an attempt runs by: the enqueue's word or else its type's.</summary>
internal sealed record AttemptTerms(JobType Type, TimeSpan Timeout, int MaxAttempts);
