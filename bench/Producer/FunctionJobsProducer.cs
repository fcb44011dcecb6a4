using System.Globalization;

namespace FunctionJobs.Bench;

/// <summary>Enqueues as an app does.</summary>
internal sealed class FunctionJobsProducer(IJobEnqueuer jobs) : Producer
{
    // What an app that makes jobs in a loop would hand over at once.
    private const int Handful = 10_000;

    protected override Task EnqueueAsync(int number, string name) => jobs.EnqueueAsync(Job(number, name));

    protected override async Task<bool> BulkAsync(int count)
    {
        await BulkAsync(count, null);
        return true;
    }

    /// <summary>
    /// <c>schedule jobs seconds</c>, <c>due jobs time queues</c> (all at that time, in ms since 1970), <c>spread jobs callers queues</c>
    /// (one by one), <c>status jobs</c> (states asked for one by one).
    /// </summary>
    protected override Task OtherAsync(string[] command) => command switch
    {
        ["schedule", var count, var seconds] => BulkAsync(Number(count), _ => new() { Delay = TimeSpan.FromSeconds(Number(seconds)) }),
        ["due", var count, var time, var queues] => DueAsync(Number(count), long.Parse(time, CultureInfo.InvariantCulture), Number(queues)),
        ["spread", var count, var callers, var queues] => SpreadAsync(Number(count), Number(callers), Number(queues)),
        ["status", var count] => AskAsync(Number(count)),
        _ => base.OtherAsync(command),
    };

    private static Welcome Job(int number, string name) => new(Arguments.Id(number), Arguments.Email(number), name);

    private async Task BulkAsync(int count, Func<int, EnqueueOptions>? options)
    {
        foreach (var handful in Enumerable.Range(0, count).Chunk(Handful))
        {
            await jobs.EnqueueManyAsync(handful.Select(number => NewJob.Of(Job(number, Arguments.Name), options?.Invoke(number))));
        }
    }

    private Task DueAsync(int count, long time, int queues)
    {
        var options = Over(queues, new() { ScheduledAt = DateTimeOffset.FromUnixTimeMilliseconds(time) }).ToArray();
        return BulkAsync(count, number => options[number % queues]);
    }

    private Task SpreadAsync(int count, int callers, int queues)
    {
        var options = Over(queues, new()).ToArray();
        return CallAsync(count, callers, number => jobs.EnqueueAsync(Job(number, Arguments.Name), options[number % queues]));
    }

    private static IEnumerable<EnqueueOptions> Over(int queues, EnqueueOptions options) => queues == 1
        ? [options]
        : Enumerable.Range(0, queues).Select(number => options with { Queue = BenchQueues.Number(number) });

    private async Task AskAsync(int count)
    {
        var handle = await jobs.EnqueueAsync(Job(0, Arguments.Name));
        for (var i = 0; i < count; i++)
        {
            await handle.GetStateAsync();
        }
    }
}
