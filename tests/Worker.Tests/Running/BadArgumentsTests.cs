using FunctionJobs.Worker;
using Microsoft.Extensions.Logging;

namespace FunctionJobs.Tests;

public sealed class BadArgumentsTests
{
    private const string Secret = "s3cret-argument";

    [Theory]
    [InlineData("""{"counts":{"s3cret-argument":"many"}}""", "$.counts")]
    [InlineData("""{"counts":{"a.s3cret-argument":{"s3cret-argument":[]}}}""", "$.counts")]
    [InlineData("""{"COUNTS":["s3cret-argument"]}""", "$.COUNTS")]
    [InlineData("""{"s3cret-argument":1}""", "$ ")]
    [InlineData("""["s3cret-argument"]""", "$ ")]
    [InlineData("""{"word":"s3cret-argument"}""", "UnpronounceableException")]
    public async Task Of_arguments_that_do_not_fit_the_name_is_told_and_neither_value_nor_key(string args, string told)
    {
        await using var queue = await TestQueue.CreateAsync();
        await queue.StartWorkerOfAsync<Picky, PickyHandler>();
        var handle = await queue.Enqueuer.EnqueueAsync(
            "picky", System.Text.Json.JsonDocument.Parse(args).RootElement, new() { Queue = queue.Queue });

        var failure = await Assert.ThrowsAsync<JobFailedException>(() => handle.WaitForResultAsync<string>(TimeSpan.FromSeconds(20)));

        Assert.Equal("BadArguments", failure.Error!.Kind);
        Assert.Contains(told, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, failure.Message, StringComparison.Ordinal);
        Assert.Equal(1, (await queue.InfoAsync(handle.Id)).Attempt);
        Assert.Contains(queue.Logs.Lines, line => line.Level == LogLevel.Warning && line.Text.Contains(handle.Id, StringComparison.Ordinal));
        Assert.DoesNotContain(queue.Logs.Lines, line => line.Level >= LogLevel.Information && line.Text.Contains(Secret, StringComparison.Ordinal));
    }

    [System.Text.Json.Serialization.JsonUnmappedMemberHandling(System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow)]
    public sealed record Picky : IJob
    {
        public static string JobName => "picky";

        public static JobQueue Queue { get; } = JobQueue.List("picky");

        public Dictionary<string, int> Counts { get; init; } = [];

        public string Word
        {
            get => "";
            init => throw new UnpronounceableException($"{value} cannot be said.");
        }
    }

    public sealed class UnpronounceableException(string message) : Exception(message);

    public sealed class PickyHandler : IJobHandler<Picky>
    {
        public Task HandleAsync(Picky job, JobContext context) => Task.CompletedTask;
    }
}
