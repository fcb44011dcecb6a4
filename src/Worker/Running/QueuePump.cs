using Microsoft.Extensions.Logging;

namespace FunctionJobs.Worker;

/// <summary>
/// Runs the jobs of one queue in this process. An invocation starts it; then it takes further work itself, up to the queue's
/// concurrency, and lingers on the bell when the queue runs empty. There is never more than one loop.
/// </summary>
internal sealed partial class QueuePump(
    WorkerQueue queue, AttemptRunner runner, Suspects suspects, InboxAdopter inbox, WorkerSettings settings, ILoggerFactory logs)
{
    // The bell rings only when an empty queue gets a job, and pub/sub may lose a message.
    private static readonly TimeSpan LookAnyway = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AfterRedisError = TimeSpan.FromMilliseconds(500);

    private readonly ILogger log = logs.CreateLogger<QueuePump>();
    private readonly RunningAttempts attempts = new(queue, runner, suspects, settings, logs);
    private readonly InvocationDesk desk = new(settings.Time, queue.Options.HoldInvocationFor);
    private readonly Lock gate = new();
    private readonly CancellationTokenSource stopping = new();
    private readonly TaskCompletionSource opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task loop = Task.CompletedTask;
    private bool looping;
    private bool wasLeftEmpty;
    private TimeSpan lingered;

    public WorkerQueue Queue => queue;

    /// <summary>The attempts whose leases this worker must renew.</summary>
    public ICollection<Attempt> Attempts => attempts.All;

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

    /// <summary>Set by the watchdog: no invocation brings the jobs, so the pump fetches them whatever the settings say.</summary>
    public bool TriggerIsDead { get; set; }

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
        attempts.Changed.Signal();
        await invocation.Released;
        desk.Leave(invocation);
    }

    /// <summary>
    /// Lets the loop take work: others can see that this worker lives, and its leases are renewed. The host may have invoked it before.
    /// </summary>
    public void Open() => opened.TrySetResult();

    /// <summary>Starts the loop unless it runs.</summary>
    public void Drive()
    {
        lock (gate)
        {
            if (!looping && !IsStopping)
            {
                looping = true;
                // It outlives the invocation that starts it, and runs the jobs of others: none is to be in its trace.
                using (ExecutionContext.SuppressFlow())
                {
                    loop = Task.Run(LoopAsync);
                }
            }
        }
    }

    /// <summary>Rings the pump's bell: there may be work.</summary>
    public void Wake() => attempts.Changed.Signal();

    public void CancelAttempt(string id, CancelReason reason) => attempts.Cancel(id, reason);

    /// <summary>Takes no more work, gives running jobs their time to finish, then releases them.</summary>
    public async Task StopAsync(TimeSpan grace)
    {
        var started = settings.Time.GetTimestamp();
        await stopping.CancelAsync();
        await attempts.StopAsync(() => loop.IsCompleted, grace);
        await SaveForeignEntriesAsync();
        desk.Close();
        LogStopped(queue.Name, settings.Time.GetElapsedTime(started));
    }

    /// <summary>Takes no more work.</summary>
    public void Abandon() => stopping.Cancel();

    private async Task LoopAsync()
    {
        await opened.Task.WaitAsync(stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        LogStarted(queue.Name);
        lingered = TimeSpan.Zero;
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
                LogTurnFailed(queue.Name, e.GetType().Name, e.Message);
                await Task.Delay(AfterRedisError, settings.Time);
            }
        }

        await WithdrawOfferAsync();
        if (IsStopping)
        {
            // Nobody is there any more to see that it waits behind slow handlers.
            attempts.HandBackWaiting();
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
        attempts.HandBackStale();
        var slots = attempts.FreeSlots;
        slots = Math.Max(0, slots - await AnswerInvocationsAsync(slots));
        if (!MayFetch)
        {
            desk.ReleaseUnneeded(keepOne: false);
            await attempts.Changed.WaitAsync(WaitWithoutFetch(), stopping.Token);
            return attempts.AreUnderWay || desk.HasNews;
        }

        var ahead = attempts.RoomAhead;
        var call = IsHeld ? TriggerCall.Never : attempts.Count > 0 ? TriggerCall.Always : TriggerCall.WithTheLastJob;
        if ((slots + ahead == 0 && call != TriggerCall.Always) || attempts.AreTooManyUnwritten)
        {
            await WaitForSlotAsync();
            return true;
        }

        var before = settings.Time.GetTimestamp();
        var (jobs, available) = await FetchAsync(slots, ahead, call, before);
        wasLeftEmpty = available == 0;
        await attempts.StartAsync(jobs, before);

        if (available > 0)
        {
            if (jobs.Count == 0 && slots == 0)
            {
                // What is next may not be leased ahead.
                await WaitForSlotAsync();
            }

            return true;
        }

        // It was left empty, and the bell tells of what comes next.
        desk.ReleaseUnneeded();
        var wait = WaitWhenEmpty();
        if (await attempts.Changed.WaitAsync(wait, stopping.Token) || attempts.AreUnderWay)
        {
            lingered = TimeSpan.Zero;
            return true;
        }

        lingered += wait;
        return queue.Options.RunWithoutTrigger || desk.HasNews || LeftToLinger > TimeSpan.Zero;
    }

    // Without an invocation the host takes the function for idle. Then the trigger is rung for: the bell is faster than its polling, and it would
    // find nothing for as long as jobs come one by one, or as a long one runs.
    private bool IsHeld => desk.IsOccupied || queue.Options.RunWithoutTrigger;

    private async Task WaitForSlotAsync()
    {
        await WithdrawOfferAsync();
        desk.ReleaseUnneeded();
        await attempts.Changed.WaitAsync(attempts.AreSomeWaiting ? Prefetch.HandBackAfter : LookAnyway, stopping.Token);
    }

    private TimeSpan WaitWithoutFetch() =>
        desk.HasNews ? AfterRedisError
        : attempts.AreUnderWay ? LookAnyway
        : queue.Options.Linger;

    private TimeSpan WaitWhenEmpty() =>
        attempts.AreSomeWaiting ? Prefetch.HandBackAfter
        : desk.HasNews ? AfterRedisError
        : attempts.Count > 0 || queue.Options.RunWithoutTrigger || LeftToLinger > LookAnyway ? LookAnyway
        : LeftToLinger;

    private TimeSpan LeftToLinger => queue.Options.Linger > lingered ? queue.Options.Linger - lingered : TimeSpan.Zero;

    // Without the pump an invocation runs its own job only, and the trigger's batch size is what bounds them.
    private bool MayFetch => queue.Options.Pump || queue.Options.RunWithoutTrigger || TriggerIsDead;
}
