namespace FunctionJobs.Worker;

/// <summary>
/// The right to run a job that was lost twice, which may be what killed its workers. There is one in a process, whatever the queues: two such
/// jobs never run side by side, so that an innocent one does not go down with the guilty one a third time.
/// </summary>
internal sealed class Suspects
{
    private int taken;

    /// <summary>Whether the job may be what killed its workers before.</summary>
    public static bool MayKill(LeasedJob job) => job.Losses > 1;

    /// <returns>Whether this call took it.</returns>
    public bool TryTake() => Interlocked.CompareExchange(ref taken, 1, 0) == 0;

    public void GiveBack() => Volatile.Write(ref taken, 0);
}
