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

    /// <summary><c>schedule jobs seconds</c>, <c>spread jobs queues</c> (over so many queues), <c>status jobs</c> (states asked for one by one).</summary>
    protected override Task OtherAsync(string[] command) => command switch
    {
        ["schedule", var count, var seconds] => BulkAsync(Number(count), _ => new() { Delay = TimeSpan.FromSeconds(Number(seconds)) }),
        ["spread", var count, var queues] => SpreadAsync(Number(count), Number(queues)),
        ["once", var count] => BulkAsync(Number(count), _ => new() { MaxAttempts = 1 }),
        ["status", var count] => AskAsync(Number(count)),
        _ => base.OtherAsync(command),
    };

    private static Welcome Job(int number, string name) => new(Arguments.Id(number), Arguments.Email(number), name);

    private async Task BulkAsync(int count, Func<int, EnqueueOptions>? options)
    {
        foreach (var handful in Enumerable.Range(0, count).Chunk(Handful))
            await jobs.EnqueueManyAsync(handful.Select(number => NewJob.Of(Job(number, Arguments.Name), options?.Invoke(number))));
    }

    private Task SpreadAsync(int count, int queues)
    {
        var all = Enumerable.Range(0, queues).Select(BenchQueues.Number).ToArray();
        return BulkAsync(count, number => new() { Queue = all[number % queues] });
    }

    private async Task AskAsync(int count)
    {
        var handle = await jobs.EnqueueAsync(Job(0, Arguments.Name));
        for (var i = 0; i < count; i++)
            await handle.GetStateAsync();
    }
}
