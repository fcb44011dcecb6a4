using Microsoft.Extensions.Logging;

namespace FunctionJobs.Worker;

/// <summary>
/// Writes how attempts ended. Whatever ended while the previous call was under way goes with the next one: many at once under
/// load, at once when idle. What cannot be written because Redis is away is tried again until its lease is over.
/// </summary>
/// <param name="queue">The queue.</param>
/// <param name="time">The process's own clock.</param>
/// <param name="written">Takes an attempt whose end is written.</param>
/// <param name="caughtUp">Called when it is no longer behind.</param>
/// <param name="log">Where to say what goes wrong.</param>
internal sealed partial class FinishWriter(
    WorkerQueue queue, TimeProvider time, Action<Attempt> written, Action caughtUp, ILogger<FinishWriter> log)
{
    private const int AtOnce = 256;
    private const int Behind = 1000;
    private static readonly TimeSpan TryAgainAfter = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan SayAgainAfter = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private List<(Attempt Attempt, Outcome Outcome)> waiting = [];
    // The list of the last batch, empty again: ends are many, and would each time make one grow.
    private List<(Attempt Attempt, Outcome Outcome)> spare = [];
    private bool writing;
    private long? saidAt;

    /// <summary>How many ends are not written yet.</summary>
    public int Unwritten { get; private set; }

    /// <summary>Whether so many are not written yet that no more jobs are to be fetched.</summary>
    public bool IsBehind => Unwritten > Behind;

    public void Write(Attempt attempt, Outcome outcome)
    {
        lock (gate)
        {
            waiting.Add((attempt, outcome));
            Unwritten++;
            if (writing)
            {
                return;
            }

            writing = true;
        }

        _ = WriteWaitingAsync();
    }

    private async Task WriteWaitingAsync()
    {
        // Let those that end in this moment join.
        await Task.Yield();
        while (true)
        {
            List<(Attempt Attempt, Outcome Outcome)> batch;
            lock (gate)
            {
                if (waiting.Count == 0)
                {
                    writing = false;
                    return;
                }

                batch = waiting;
                waiting = spare;
            }

            var refused = await WriteAsync(batch);
            lock (gate)
            {
                batch.Clear();
                spare = batch;
                waiting.AddRange(refused);
            }

            if (refused.Count > 0)
            {
                await Task.Delay(TryAgainAfter, time);
            }
        }
    }

    /// <returns>Those that are to be tried again. Of one kind, they hold up no other.</returns>
    private async Task<IReadOnlyList<(Attempt Attempt, Outcome Outcome)>> WriteAsync(List<(Attempt Attempt, Outcome Outcome)> batch)
    {
        // Most are of one kind, and few.
        var first = batch[0].Outcome.GetType();
        if (batch.Count <= AtOnce && batch.TrueForAll(end => end.Outcome.GetType() == first))
        {
            return await WriteChunkAsync(batch) ? [] : [.. batch];
        }

        var refused = new List<(Attempt, Outcome)>();
        foreach (var kind in batch.GroupBy(end => end.Outcome.GetType()))
        {
            foreach (var chunk in kind.Chunk(AtOnce))
            {
                if (!await WriteChunkAsync(chunk))
                {
                    refused.AddRange(chunk);
                }
            }
        }

        return refused;
    }

    /// <returns>False: to be tried again.</returns>
    private async Task<bool> WriteChunkAsync(IReadOnlyList<(Attempt Attempt, Outcome Outcome)> chunk)
    {
        var finishes = new Finish[chunk.Count];
        for (var i = 0; i < finishes.Length; i++)
        {
            finishes[i] = new Finish(chunk[i].Attempt.Job, chunk[i].Outcome);
        }

        try
        {
            var counted = await RunVerbAsync(finishes);
            for (var i = 0; i < finishes.Length; i++)
            {
                Ended(chunk[i].Attempt, counted[i]);
            }

            CountDown(chunk.Count);
        }
        // Whatever it is, also memory that was short for a moment: nobody else writes these ends.
        catch (Exception e)
        {
            if (!chunk.All(end => time.GetElapsedTime(end.Attempt.HeldAt) > queue.Options.Lease))
            {
                if (saidAt is not { } at || time.GetElapsedTime(at) > SayAgainAfter)
                {
                    saidAt = time.GetTimestamp();
                    LogRefused(finishes.Length, queue.Name, finishes[0].Outcome.GetType().Name, e.GetType().Name, e.Message);
                }

                return false;
            }

            LogGivenUp(finishes.Length, queue.Name, e.GetType().Name);
            Finish.Lost(queue.Name, finishes.Length);
            foreach (var end in chunk)
            {
                written(end.Attempt);
            }

            CountDown(chunk.Count);
        }

        return true;
    }

    private void CountDown(int count)
    {
        bool wasBehind;
        lock (gate)
        {
            wasBehind = IsBehind;
            Unwritten -= count;
        }

        if (wasBehind && !IsBehind)
        {
            caughtUp();
        }
    }

    private async Task<bool[]> RunVerbAsync(Finish[] finishes) => finishes[0].Outcome switch
    {
        Outcome.CompletedOutcome => await Complete.RunAsync(queue, finishes),
        Outcome.RetryOutcome => await Retry.RunAsync(queue, finishes),
        Outcome.DiscardOutcome => await Discard.RunAsync(queue, finishes),
        Outcome.ReleasedOutcome => await Release.RunAsync(queue, finishes),
        Outcome.CancelledOutcome => await Task.WhenAll(finishes.Select(finish => CancelLeased.RunAsync(queue, finish))),
        Outcome.PostponeOutcome => await Task.WhenAll(finishes.Select(finish => Postpone.RunAsync(queue, finish))),
        _ => Finish.Lost(queue.Name, finishes.Length),
    };

    private void Ended(Attempt attempt, bool counted)
    {
        if (!counted)
        {
            LogLost(attempt.Job.Id, queue.Name, attempt.Job.Attempt);
        }

        written(attempt);
    }
}
