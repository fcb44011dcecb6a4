using System.Diagnostics;
using FunctionJobs.LocalServices;

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

    [Fact]
    public async Task Work_goes_on_as_soon_as_the_ends_that_held_it_up_are_written()
    {
        const int Jobs = 20_000;
        // So many records make each look at all keys slow, for the other tests too.
        await using var server = await LocalRedis.StartAsync();
        await using var queue = await TestQueue.CreateAsync(redis: server.ConnectionString);
        await queue.EnqueueManyAsync(Enumerable.Range(0, Jobs).Select(n => $"{n}"));
        var (started, last, pauses) = (0, 0L, 0);

        // A fetch brings more jobs than there may be ends that wait to be written, and all end at once.
        await queue.StartWorkerAsync(
            (_, _) =>
            {
                var now = Stopwatch.GetTimestamp();
                var before = Interlocked.Exchange(ref last, now);
                if (before != 0 && Stopwatch.GetElapsedTime(before, now) > TimeSpan.FromMilliseconds(500))
                {
                    Interlocked.Increment(ref pauses);
                }

                Interlocked.Increment(ref started);
                return Task.FromResult<string?>(null);
            },
            options => options.Concurrency = 1000);
        await Eventually.EqualAsync(Jobs, () => Task.FromResult(started), "the jobs started");

        // A pump that nothing signals waits for a second, here after each thousand jobs.
        Assert.InRange(pauses, 0, 3);
    }
}
