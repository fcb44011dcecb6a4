namespace FunctionJobs.Worker;

/// <summary>
/// Jobs that are leased before there is a free slot for them, so that short jobs need not wait for Redis one after the other. How many
/// depends on how long jobs have been taking: as many as will start within two milliseconds, none where jobs are long.
/// </summary>
internal sealed class Prefetch(int concurrency, TimeSpan lease, TimeProvider time)
{
    /// <summary>After so long without a free slot they are given back: others may be free, and they must not wait behind slow handlers.</summary>
    public static readonly TimeSpan HandBackAfter = TimeSpan.FromMilliseconds(20);

    private const int AtMost = 128;
    private const double StartWithinMs = 2;
    private const double NewestCounts = 0.2;
    private const double LongMs = 1000;

    private readonly Lock gate = new();
    private readonly Queue<Attempt> waiting = [];
    private double averageMs = LongMs;
    private long lastTaken;

    /// <summary>How many more to lease now beyond the free slots.</summary>
    public int Room
    {
        get
        {
            lock (gate)
            {
                var target = (int)Math.Min(AtMost, concurrency * StartWithinMs / averageMs);
                return waiting.Count > target / 2 ? 0 : target - waiting.Count;
            }
        }
    }

    public bool IsEmpty
    {
        get
        {
            lock (gate)
            {
                return waiting.Count == 0;
            }
        }
    }

    /// <summary>A handler took so long.</summary>
    public void Ran(TimeSpan elapsed)
    {
        lock (gate)
        {
            averageMs += (Math.Min(elapsed.TotalMilliseconds, LongMs) - averageMs) * NewestCounts;
        }
    }

    public void Add(Attempt attempt)
    {
        lock (gate)
        {
            if (waiting.Count == 0)
            {
                lastTaken = time.GetTimestamp();
            }

            waiting.Enqueue(attempt);
        }
    }

    /// <summary>The next one whose lease is surely held. After a freeze none is: they are given back, as all that could not start.</summary>
    public Attempt? Take()
    {
        lock (gate)
        {
            if (!waiting.TryPeek(out var next) || time.GetElapsedTime(next.HeldAt) >= lease)
            {
                return null;
            }

            lastTaken = time.GetTimestamp();
            return waiting.Dequeue();
        }
    }

    /// <summary>All, if none could start for too long.</summary>
    public List<Attempt> TakeStale()
    {
        lock (gate)
        {
            return waiting.Count > 0 && time.GetElapsedTime(lastTaken) >= HandBackAfter ? TakeAll() : [];
        }
    }

    public List<Attempt> TakeAll()
    {
        lock (gate)
        {
            List<Attempt> all = [.. waiting];
            waiting.Clear();
            if (all.Count > 0)
            {
                averageMs = LongMs;
            }

            return all;
        }
    }
}
