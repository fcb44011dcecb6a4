namespace FunctionJobs.Chaos;

/// <summary>One attempt, as the journals show it.</summary>
internal sealed class Attempt(JournalEntry started, Life life)
{
    public int Job => started.Job;

    public int Number => started.Attempt;

    public long Start => started.Time;

    public Life Life => life;

    public long? CancelledAt { get; private set; }

    /// <summary>When the handler returned or threw; null when its process died first.</summary>
    public long? End { get; private set; }

    public bool Applied { get; private set; }

    public bool Absorbed { get; private set; }

    /// <summary>When the outcome of its effect was kept, by this attempt or one before.</summary>
    public long? KeptAt { get; private set; }

    public bool Poisoned { get; private set; }

    /// <summary>When it was over: with its handler or with its process.</summary>
    public long Over => End ?? life.KilledAt ?? life.EndedAt ?? long.MaxValue;

    /// <summary>All attempts in which a process noted a start, in the order of their starts.</summary>
    public static List<Attempt> ReadAll(IEnumerable<Life> lives) => [.. lives.SelectMany(Read).OrderBy(attempt => attempt.Start)];

    private static List<Attempt> Read(Life life)
    {
        var attempts = new List<Attempt>();
        var latest = new Dictionary<(int Job, int Number), Attempt>();
        foreach (var entry in JournalEntry.Read(life.JournalFile))
        {
            if (entry.Event == JournalEvent.Started)
            {
                var attempt = new Attempt(entry, life);
                latest[(entry.Job, entry.Attempt)] = attempt;
                attempts.Add(attempt);
            }
            else
            {
                latest[(entry.Job, entry.Attempt)].Note(entry);
            }
        }

        return attempts;
    }

    private void Note(JournalEntry entry)
    {
        switch (entry.Event)
        {
            case JournalEvent.Cancelled:
                CancelledAt = entry.Time;
                break;
            case JournalEvent.Succeeded or JournalEvent.Failed:
                End = entry.Time;
                break;
            case JournalEvent.Applied:
                Applied = true;
                break;
            case JournalEvent.Absorbed:
                Absorbed = true;
                break;
            case JournalEvent.Kept:
                KeptAt = entry.Time;
                break;
            case JournalEvent.Poisoned:
                Poisoned = true;
                break;
        }
    }
}
