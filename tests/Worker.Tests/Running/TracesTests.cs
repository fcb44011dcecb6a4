using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;

namespace FunctionJobs.Tests;

/// <summary>What the spans say of attempts.</summary>
public sealed class TracesTests
{
    [Fact]
    public async Task An_attempt_that_failed_is_an_error_whatever_its_handler_said()
    {
        await using var queue = await TestQueue.CreateAsync();
        using var traces = new Traces(queue.Queue.Name);
        await queue.StartWorkerAsync(
            async (job, context) =>
            {
                switch (job.Word)
                {
                    case "throws":
                        throw new InvalidOperationException();
                    case "hopeless":
                        throw context.Discard("no");
                    case "slow":
                        // It swallows its cancelled token, and says that it is done.
                        await Task.Delay(Timeout.Infinite, context.CancellationToken).ContinueWith(static _ => { }, TaskScheduler.Default);
                        break;
                }

                return null;
            });
        foreach (var word in new[] { "throws", "hopeless", "slow", "fine" })
        {
            await queue.EnqueueAsync(word, new() { JobId = word, MaxAttempts = 1, Timeout = word == "slow" ? TimeSpan.FromMilliseconds(200) : null });
        }

        await queue.Enqueuer.EnqueueAsync("probe", new { Word = 17 }, new() { Queue = queue.Queue, JobId = "unreadable", MaxAttempts = 1 });

        await traces.SaysAsync("run fine: Unset", "run hopeless: Error DiscardJobException", "run slow: Error Timeout", "run throws: Error InvalidOperationException", "run unreadable: Error BadArguments");
    }

    [Fact]
    public async Task An_attempt_that_is_given_back_or_cancelled_is_no_error()
    {
        await using var queue = await TestQueue.CreateAsync();
        using var traces = new Traces(queue.Queue.Name);
        var begun = new CountdownEvent(2);
        var worker = await queue.StartWorkerAsync(
            async (_, context) =>
            {
                begun.Signal();
                await Task.Delay(Timeout.Infinite, context.CancellationToken);
                return null;
            },
            options => options.ShutdownGrace = TimeSpan.Zero);
        var unwanted = await queue.EnqueueAsync("unwanted", new() { JobId = "unwanted" });
        await queue.EnqueueAsync("interrupted", new() { JobId = "interrupted" });
        await Eventually.TrueAsync(() => begun.IsSet, "both run");

        await unwanted.CancelAsync();
        await Eventually.EqualAsync<JobState?>(JobState.Cancelled, () => unwanted.GetStateAsync(), "the state");
        await queue.StopAsync(worker);

        await traces.SaysAsync("run interrupted: Unset", "run unwanted: Unset");
    }

    [Fact]
    public async Task A_handler_has_the_trace_and_the_trace_state_of_who_enqueued_its_job()
    {
        await using var queue = await TestQueue.CreateAsync();
        using var traces = new Traces(queue.Queue.Name);
        await queue.StartWorkerAsync((_, _) => Task.FromResult<string?>($"{Activity.Current?.TraceId} {Activity.Current?.TraceStateString}"));
        using var caller = new Activity("caller") { TraceStateString = "vendor=1,other=2" }.SetIdFormat(ActivityIdFormat.W3C).Start();

        var handle = await queue.EnqueueAsync();

        Assert.Equal($"{caller.TraceId} vendor=1,other=2", await handle.WaitForResultAsync<string>(TimeSpan.FromSeconds(20)));
        using var job = JsonDocument.Parse((string)(await queue.Database.HashGetAsync(queue.Keys.Job(handle.Id), "job"))!);
        Assert.Equal("vendor=1,other=2", job.RootElement.GetProperty("tracestate").GetString());
    }

    /// <summary>The spans of a queue's attempts that have ended.</summary>
    private sealed class Traces : IDisposable
    {
        private readonly ConcurrentQueue<string> ended = new();
        private readonly ActivityListener listener;

        public Traces(string queue)
        {
            listener = new ActivityListener
            {
                ShouldListenTo = source => source.Name == JobTelemetry.Name,
                Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
                ActivityStopped = activity =>
                {
                    if (activity.Kind == ActivityKind.Consumer && (string?)activity.GetTagItem("messaging.destination.name") == queue)
                    {
                        ended.Enqueue($"{activity.GetTagItem("messaging.operation.name")} {activity.GetTagItem("messaging.message.id")}: {activity.Status} {activity.GetTagItem("error.type")}".TrimEnd());
                    }
                },
            };
            ActivitySource.AddActivityListener(listener);
        }

        public Task SaysAsync(params string[] expected) => Eventually.EqualAsync(
            string.Join('\n', expected), () => Task.FromResult(string.Join('\n', ended.Order(StringComparer.Ordinal))), "the spans");

        public void Dispose() => listener.Dispose();
    }
}
