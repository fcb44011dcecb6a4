namespace FunctionJobs.Worker;

/// <summary>
/// Whether Redis has been within reach long enough for others to have shown a heartbeat too. When Redis itself was away, no worker could:
/// their silence means nothing then.
/// </summary>
internal sealed class Contact(TimeProvider time)
{
    private static readonly TimeSpan Gap = TimeSpan.FromSeconds(4.5);
    private static readonly TimeSpan SettleIn = TimeSpan.FromSeconds(5);

    private long held = time.GetTimestamp();
    private long? lostAt;

    public bool IsSteady
    {
        get
        {
            if (time.GetElapsedTime(held) > Gap)
            {
                lostAt = time.GetTimestamp();
            }

            return lostAt is not { } moment || time.GetElapsedTime(moment) > SettleIn;
        }
    }

    /// <summary>Redis has answered.</summary>
    public void Held()
    {
        if (time.GetElapsedTime(held) > Gap)
        {
            lostAt = time.GetTimestamp();
        }

        held = time.GetTimestamp();
    }
}
