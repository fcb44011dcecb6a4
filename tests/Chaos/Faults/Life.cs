using FunctionJobs.LocalServices;

namespace FunctionJobs.Chaos;

/// <summary>One process of the run, from its start to its end, and what was done to it.</summary>
internal sealed class Life(string name, string journalFile, string logFile, GuardedProcess process)
{
    public string Name => name;

    public string JournalFile => journalFile;

    public string LogFile => logFile;

    /// <summary>When SIGKILL was sent.</summary>
    public long? KilledAt { get; private set; }

    /// <summary>When SIGTERM was sent.</summary>
    public long? StoppedAt { get; private set; }

    /// <summary>When it was frozen and woken.</summary>
    public Outage? Frozen { get; private set; }

    /// <summary>When its end was seen; null while it runs.</summary>
    public long? EndedAt { get; private set; }

    public int? ExitCode { get; private set; }

    public bool IsUnharmed => KilledAt is null && StoppedAt is null && Frozen is null && EndedAt is null;

    public async Task<int> WaitForEndAsync()
    {
        ExitCode = await process.Exited;
        EndedAt = TimeProvider.System.GetTimestamp();
        await process.DisposeAsync();
        return ExitCode.Value;
    }

    public void Kill()
    {
        KilledAt = TimeProvider.System.GetTimestamp();
        process.Send(Signal.Kill);
    }

    public void Stop()
    {
        StoppedAt = TimeProvider.System.GetTimestamp();
        process.Send(Signal.Terminate);
    }

    public async Task FreezeAsync(TimeSpan length)
    {
        var from = TimeProvider.System.GetTimestamp();
        Frozen = new Outage(from, long.MaxValue);
        process.Send(Signal.Pause);
        await Task.Delay(length);
        Frozen = new Outage(from, TimeProvider.System.GetTimestamp());
        process.Send(Signal.Continue);
    }

    /// <summary>Whether an attempt of such a job has started here and not ended, by its journal.</summary>
    public bool IsAtWork(Predicate<int> isSuch)
    {
        var running = new HashSet<int>();
        foreach (var entry in JournalEntry.Read(journalFile))
        {
            switch (entry.Event)
            {
                case JournalEvent.Started:
                    running.Add(entry.Job);
                    break;
                case JournalEvent.Succeeded or JournalEvent.Failed:
                    running.Remove(entry.Job);
                    break;
            }
        }

        return running.Any(job => isSuch(job));
    }
}
