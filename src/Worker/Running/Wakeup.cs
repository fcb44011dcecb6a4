namespace FunctionJobs.Worker;

/// <summary>
/// A signal for one waiter. Signals that come while nobody waits are kept as one. The waiter goes on at once, on the thread that signals:
/// what it does there must be short.
/// </summary>
internal sealed class Wakeup
{
    private readonly Lock gate = new();
    private TaskCompletionSource<bool>? waiter;
    private bool isSignalled;

    public void Signal()
    {
        TaskCompletionSource<bool>? woken;
        lock (gate)
        {
            woken = waiter;
            waiter = null;
            isSignalled = woken is null;
        }

        woken?.SetResult(true);
    }

    /// <returns>Whether a signal came before the time was up.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<bool> WaitAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        TaskCompletionSource<bool> mine;
        lock (gate)
        {
            if (isSignalled)
            {
                isSignalled = false;
                return true;
            }

            waiter = mine = new TaskCompletionSource<bool>();
        }

        await using var timer = new Timer(_ => End(mine)?.SetResult(false), null, timeout, Timeout.InfiniteTimeSpan);
        await using var cancel = cancellationToken.UnsafeRegister(_ => End(mine)?.SetCanceled(cancellationToken), null);
        return await mine.Task;
    }

    /// <returns>The waiter, if it still waits: who takes it off ends its wait.</returns>
    private TaskCompletionSource<bool>? End(TaskCompletionSource<bool> mine)
    {
        lock (gate)
        {
            if (waiter != mine)
            {
                return null;
            }

            waiter = null;
            return mine;
        }
    }
}
