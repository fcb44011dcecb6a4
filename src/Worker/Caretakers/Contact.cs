namespace FunctionJobs.Worker;

/// <summary>
/// Whether Redis has been within reach long enough for others to have shown a heartbeat too. When Redis itself was away, no worker could:
/// their silence means nothing then, and neither does it that they are not back on their channels. Who starts cannot know what was before.
/// </summary>
internal sealed class Contact(TimeProvider time)
{
    private static readonly TimeSpan Gap = TimeSpan.FromSeconds(4.5);
    private static readonly TimeSpan SettleInAfterGap = TimeSpan.FromSeconds(5);

    // A moment's outage: the others are back as soon as they try, which they do about once a second.
    private static readonly TimeSpan SettleIn = TimeSpan.FromSeconds(3);

    private readonly Lock gate = new();
    private long held = time.GetTimestamp();
    private long lostAt = time.GetTimestamp();
    private TimeSpan settleIn = SettleIn;

    public bool IsSteady
    {
        get
        {
            lock (gate)
            {
                NoticeGap();
                return time.GetElapsedTime(lostAt) > settleIn;
            }
        }
    }

    /// <summary>Redis has answered.</summary>
    public void Held()
    {
        lock (gate)
        {
            NoticeGap();
            held = time.GetTimestamp();
        }
    }

    /// <summary>Redis did not answer, or the connection had to be renewed.</summary>
    public void Lost()
    {
        lock (gate)
        {
            Settle(SettleIn);
        }
    }

    private void NoticeGap()
    {
        if (time.GetElapsedTime(held) > Gap)
        {
            Settle(SettleInAfterGap);
        }
    }

    /// <summary>From now on, and never shorter than what was begun before.</summary>
    private void Settle(TimeSpan atLeast)
    {
        var left = settleIn - time.GetElapsedTime(lostAt);
        lostAt = time.GetTimestamp();
        settleIn = left > atLeast ? left : atLeast;
    }
}
