using System.Globalization;

namespace FunctionJobs.Chaos;

/// <summary>What a process notes of a job.</summary>
internal enum JournalEvent
{
    /// <summary>An attempt's handler started.</summary>
    Started,

    /// <summary>Its token was cancelled.</summary>
    Cancelled,

    /// <summary>Its effect was applied.</summary>
    Applied,

    /// <summary>Its effect ran again, and PostgreSQL refused the second row.</summary>
    Absorbed,

    /// <summary>The idempotency key's outcome is kept: the effect is not to run again.</summary>
    Kept,

    /// <summary>The handler returned.</summary>
    Succeeded,

    /// <summary>The handler threw.</summary>
    Failed,

    /// <summary>The handler is about to kill its process.</summary>
    Poisoned,

    /// <summary>An enqueue of the job was acknowledged.</summary>
    Accepted,

    /// <summary>An enqueue found the job there already.</summary>
    Duplicate,

    /// <summary>An enqueue failed and will be repeated.</summary>
    Refused,
}

/// <summary>One line of a journal.</summary>
/// <param name="Time">Timestamp of the machine's monotonic clock, which all its processes share.</param>
/// <param name="Event">What happened.</param>
/// <param name="Job">The job's number.</param>
/// <param name="Attempt">The attempt, from 1; 0 for an enqueue.</param>
internal readonly record struct JournalEntry(long Time, JournalEvent Event, int Job, int Attempt)
{
    public string ToLine() => string.Create(CultureInfo.InvariantCulture, $"{Time} {Event} {Job} {Attempt}\n");

    /// <summary>The entries of a file. The process may be writing on, or have died at any moment: each line is written at once.</summary>
    public static List<JournalEntry> Read(string file)
    {
        var entries = new List<JournalEntry>();
        if (!File.Exists(file))
        {
            return entries;
        }

        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            var parts = line.Split(' ');
            entries.Add(new JournalEntry(
                long.Parse(parts[0], CultureInfo.InvariantCulture),
                Enum.Parse<JournalEvent>(parts[1]),
                int.Parse(parts[2], CultureInfo.InvariantCulture),
                int.Parse(parts[3], CultureInfo.InvariantCulture)));
        }

        return entries;
    }
}
