namespace FunctionJobs.Worker;

/// <summary>
/// Decides when a doorbell is rung again: when the first job of the queue has not moved for two seconds, and then ever more
/// rarely, since all workers may simply be busy.
/// </summary>
internal sealed class SilentHead(TimeProvider time)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private string head = "";
    private long since;
    private TimeSpan next = First;

    /// <returns>The head to ring for, or empty for none.</returns>
    public string ToRing()
    {
        if (head.Length == 0 || time.GetElapsedTime(since) < next)
        {
            return "";
        }

        next = next * 2 > Longest ? Longest : next * 2;
        since = time.GetTimestamp();
        return head;
    }

    public void Seen(string now)
    {
        if (now != head)
        {
            head = now;
            since = time.GetTimestamp();
            next = First;
        }
    }
}
