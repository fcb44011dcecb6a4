using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;

namespace FunctionJobs.Chaos;

/// <summary>
/// Enqueues the run's jobs, each at its time, singly and in bulk, and notes what was acknowledged. What failed is repeated with
/// the same id until it is acknowledged. A process that follows a killed one goes on where the journal ends.
/// </summary>
internal sealed class ChaosEnqueuer(IJobEnqueuer enqueuer, JournalWriter journal, ChaosSettings settings)
{
    private const int Lanes = 8;
    private static readonly TimeSpan RepeatAfter = TimeSpan.FromMilliseconds(200);

    public static async Task RunAsync()
    {
        var settings = ChaosSettings.OfThisProcess();
        var accepted = JournalEntry.Read(settings.JournalFile)
            .Where(entry => entry.Event == JournalEvent.Accepted)
            .Select(entry => entry.Job)
            .ToHashSet();
        using var journal = new JournalWriter(settings.JournalFile);
        await using var services = new ServiceCollection().AddJobEnqueuer(settings.Redis).BuildServiceProvider();
        await new ChaosEnqueuer(services.GetRequiredService<IJobEnqueuer>(), journal, settings).EnqueueAsync(accepted);
    }

    private async Task EnqueueAsync(HashSet<int> accepted)
    {
        var chunks = Channel.CreateUnbounded<JobScript[]>();
        foreach (var chunk in Chunks(accepted))
        {
            chunks.Writer.TryWrite(chunk);
        }

        chunks.Writer.Complete();
        await Task.WhenAll(Enumerable.Range(0, Lanes).Select(lane => RunLaneAsync(chunks.Reader, new Random(settings.Options.Seed + lane))));
    }

    private IEnumerable<JobScript[]> Chunks(HashSet<int> accepted)
    {
        var random = new Random(settings.Options.Seed);
        var left = Enumerable.Range(0, settings.Options.Jobs)
            .Where(number => !accepted.Contains(number))
            .Select(number => JobScript.Of(settings.Options, number))
            .ToList();
        for (var i = 0; i < left.Count;)
        {
            var size = random.Next(100) < 3 ? random.Next(20, 120) : 1;
            yield return [.. left.Skip(i).Take(size)];
            i += size;
        }
    }

    private async Task RunLaneAsync(ChannelReader<JobScript[]> chunks, Random random)
    {
        await foreach (var chunk in chunks.ReadAllAsync())
        {
            await WaitForTimeOfAsync(chunk[0]);
            while (!await TryEnqueueAsync(chunk))
            {
                await Task.Delay(RepeatAfter);
            }

            // A web request that is sent twice.
            if (random.Next(100) < 2)
            {
                await TryEnqueueAsync(chunk);
            }
        }
    }

    private async Task WaitForTimeOfAsync(JobScript job)
    {
        var due = settings.Options.Load * ((double)job.Number / settings.Options.Jobs);
        var early = due - TimeProvider.System.GetElapsedTime(settings.Start);
        if (early > TimeSpan.Zero)
        {
            await Task.Delay(early);
        }
    }

    private async Task<bool> TryEnqueueAsync(JobScript[] chunk)
    {
        try
        {
            var handles = chunk.Length == 1
                ? [await EnqueueOneAsync(chunk[0])]
                : await enqueuer.EnqueueManyAsync(chunk.Select(New));
            for (var i = 0; i < chunk.Length; i++)
            {
                journal.Write(JournalEvent.Accepted, chunk[i].Number);
                if (handles[i].IsDuplicate)
                {
                    journal.Write(JournalEvent.Duplicate, chunk[i].Number);
                }
            }

            return true;
        }
        catch (JobQueueUnavailableException)
        {
            journal.Write(JournalEvent.Refused, chunk[0].Number);
            return false;
        }
    }

    private Task<JobHandle> EnqueueOneAsync(JobScript script) => script.IsStream
        ? enqueuer.EnqueueAsync(new StreamWork(script), Options(script))
        : enqueuer.EnqueueAsync(new ListWork(script), Options(script));

    private static NewJob New(JobScript script) =>
        script.IsStream ? NewJob.Of(new StreamWork(script), Options(script)) : NewJob.Of(new ListWork(script), Options(script));

    private static EnqueueOptions Options(JobScript script) => new()
    {
        JobId = script.Id,
        Delay = script.DelayMs > 0 ? TimeSpan.FromMilliseconds(script.DelayMs) : null,
        Priority = script.Priority,
        MaxAttempts = script.MaxAttempts,
        Timeout = script.Deed is Deed.TimesOut or Deed.Deaf ? TimeSpan.FromSeconds(1.5) : null,
    };
}
