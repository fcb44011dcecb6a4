namespace FunctionJobs.Worker;

/// <summary>
/// The invocations that the pump holds. An invocation may go when its own job has ended; one stays as long as there is work, so
/// that the host sees a busy function, until it has stayed long enough.
/// </summary>
internal sealed class InvocationDesk(TimeProvider time, TimeSpan holdFor)
{
    private readonly Lock gate = new();
    private readonly List<Invocation> present = [];
    private List<Invocation> news = [];

    /// <summary>When the last invocation came, as a timestamp of the process's own clock.</summary>
    public long LastArrival { get; private set; } = time.GetTimestamp();

    public bool HasNews
    {
        get
        {
            lock (gate)
            {
                return news.Count > 0;
            }
        }
    }

    /// <summary>Whether there is one, so that the host sees a busy function.</summary>
    public bool IsOccupied
    {
        get
        {
            lock (gate)
            {
                return present.Count > 0;
            }
        }
    }

    public Invocation Arrive(string entry)
    {
        var invocation = new Invocation(entry, time.GetTimestamp());
        lock (gate)
        {
            LastArrival = invocation.Arrived;
            present.Add(invocation);
            news.Add(invocation);
        }

        return invocation;
    }

    public void Leave(Invocation invocation)
    {
        lock (gate)
        {
            // What it brought stays until it has been looked at: it may have been pushed by hand, and the trigger has taken it off.
            present.Remove(invocation);
        }
    }

    /// <summary>The invocations whose entries nobody has looked at.</summary>
    public List<Invocation> TakeNews()
    {
        lock (gate)
        {
            if (news.Count == 0)
            {
                return [];
            }

            var taken = news;
            news = [];
            return taken;
        }
    }

    /// <summary>Marks invocations whose entries have been looked at.</summary>
    public void Answer(IEnumerable<Invocation> invocations)
    {
        lock (gate)
        {
            foreach (var invocation in invocations)
            {
                invocation.Answered = true;
            }
        }
    }

    /// <summary>Puts invocations back whose entries could not be looked at.</summary>
    public void PutBack(IEnumerable<Invocation> invocations)
    {
        lock (gate)
        {
            news.AddRange(invocations);
        }
    }

    /// <summary>Lets all go whose own job has ended, but for one that holds the pump, where it is to be held.</summary>
    public void ReleaseUnneeded(bool keepOne = true)
    {
        lock (gate)
        {
            if (present.Count == 0 || (keepOne && present.Count == 1 && IsYoung(present[0])))
            {
                return;
            }

            var idle = present.Where(one => one.Answered && one.OwnAttempt is null or { IsWritten: true } or { IsDeaf: true }).ToList();
            if (keepOne && idle.Count == present.Count && IsYoung(idle[^1]))
            {
                idle.RemoveAt(idle.Count - 1);
            }

            foreach (var invocation in idle)
            {
                invocation.Release();
                present.Remove(invocation);
            }
        }
    }

    public void ReleaseAll()
    {
        lock (gate)
        {
            foreach (var invocation in present.Where(one => one.Answered))
            {
                invocation.Release();
            }

            present.RemoveAll(one => one.Answered);
        }
    }

    /// <summary>Lets all go, answered or not: the worker stops.</summary>
    public void Close()
    {
        lock (gate)
        {
            present.ForEach(one => one.Release());
            present.Clear();
        }
    }

    private bool IsYoung(Invocation invocation) => time.GetElapsedTime(invocation.Arrived) < holdFor;
}
