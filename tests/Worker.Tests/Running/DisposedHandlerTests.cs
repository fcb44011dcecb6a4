using FunctionJobs.Worker;

namespace FunctionJobs.Tests;

/// <summary>A handler that throws when it is disposed of, after its job.</summary>
public sealed class DisposedHandlerTests
{
    [Theory]
    [InlineData("good", JobState.Completed, null)]
    [InlineData("bad", JobState.Discarded, "never")]
    public async Task What_a_handler_throws_when_it_is_disposed_of_changes_no_outcome_and_is_said(string word, JobState state, string? reason)
    {
        await using var queue = await TestQueue.CreateAsync();
        await queue.StartWorkerOfAsync<Clumsy, ClumsyHandler>();

        var handle = await queue.Enqueuer.EnqueueAsync(new Clumsy(word), new() { Queue = queue.Queue });

        await Eventually.EqualAsync<JobState?>(state, () => handle.GetStateAsync(), "the state");
        var info = await queue.InfoAsync(handle.Id);
        Assert.Equal((1, reason), (info.Attempt, info.Errors.SingleOrDefault()?.Message));
        Assert.Contains(queue.Logs.Lines, line => line.Text.Contains($"{handle.Id} of queue {queue.Queue.Name} has ended", StringComparison.Ordinal));
    }

    public sealed record Clumsy(string Word) : IJob
    {
        public static string JobName => "clumsy";

        public static JobQueue Queue { get; } = JobQueue.List("clumsy");
    }

    public sealed class ClumsyHandler : IJobHandler<Clumsy>, IDisposable
    {
        public Task HandleAsync(Clumsy job, JobContext context) => job.Word == "bad" ? throw context.Discard("never") : Task.CompletedTask;

        public void Dispose() => throw new InvalidOperationException("Dropped.");
    }
}
