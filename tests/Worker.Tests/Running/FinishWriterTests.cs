namespace FunctionJobs.Tests;

public sealed class FinishWriterTests
{
    [Fact]
    public async Task An_end_that_Redis_refuses_holds_up_no_other_end()
    {
        await using var queue = await TestQueue.CreateAsync();
        await queue.StartWorkerAsync(
            (job, context) => job.Word == "bad" ? throw context.Discard("bad") : Task.FromResult<string?>(job.Word));
        await queue.Database.StringSetAsync(queue.Keys.Discarded, "something else");
        await queue.EnqueueAsync("bad");
        await Eventually.EqualAsync(1, () => queue.Database.SortedSetLengthAsync(queue.Keys.Executing), "the jobs still held");
        await Task.Delay(300);

        Assert.Equal("good", await (await queue.EnqueueAsync("good")).WaitForResultAsync<string>(TimeSpan.FromSeconds(16)));
        Assert.Contains(queue.Logs.Lines, line => line.Text.Contains("DiscardOutcome", StringComparison.Ordinal) && line.Text.Contains("WRONGTYPE", StringComparison.Ordinal));
    }
}
