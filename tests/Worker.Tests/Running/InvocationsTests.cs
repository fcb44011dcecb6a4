using System.Collections.Concurrent;
using System.Diagnostics;
using FunctionJobs.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace FunctionJobs.Tests;

/// <summary>When a function's invocation begins and ends, and what it makes the pump do.</summary>
public sealed class InvocationsTests
{
    [Theory]
    [InlineData(Doorbell.List)]
    [InlineData(Doorbell.Stream)]
    public async Task An_invocation_that_comes_before_the_worker_has_started_is_served_once_it_has(Doorbell doorbell)
    {
        await using var queue = await TestQueue.CreateAsync(doorbell);
        // The worker packages take invocations as soon as they have started, which is before the app's own services.
        var worker = await queue.BuildHostAsync((job, _) => Task.FromResult<string?>(job.Word));
        var early = await queue.EnqueueAsync("early");
        var invocation = worker.InvokeAsync(queue, early.Id);
        await Task.Delay(TimeSpan.FromSeconds(1));
        // Nobody could see yet that this worker is lost, and its leases would not be renewed.
        var info = await queue.InfoAsync(early.Id);
        Assert.Equal((JobState.Available, 0), (info.State, info.Attempt));
        Assert.False(invocation.IsCompleted);

        await worker.StartAsync();

        Assert.Equal("early", await early.WaitForResultAsync<string>(TimeSpan.FromSeconds(20)));
        var late = await queue.EnqueueAsync("late");
        await worker.InvokeAsync(queue, late.Id).WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal("late", await late.WaitForResultAsync<string>(TimeSpan.FromSeconds(20)));
        await invocation.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task An_invocation_is_let_go_when_the_handler_of_its_job_ignores_its_token()
    {
        await using var queue = await TestQueue.CreateAsync();
        var (started, go) = (new Gate(), new Gate());
        var worker = await queue.StartHostAsync(
            async (_, _) =>
            {
                started.Open();
                await go.Passed;
                return null;
            },
            type: options => options.Timeout = TimeSpan.FromMilliseconds(50));
        var deaf = await queue.EnqueueAsync("deaf");
        var invocation = worker.InvokeAsync(queue, deaf.Id);
        await started.Passed;

        // The host would take its worker process down at the end of functionTimeout, and other jobs with it.
        await invocation.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(JobState.Executing, await deaf.GetStateAsync());
        go.Open();
    }

    [Fact]
    public async Task Further_invocations_end_with_their_own_job_while_one_holds_the_pump()
    {
        await using var queue = await TestQueue.CreateAsync();
        var gates = new ConcurrentDictionary<string, Gate>();
        var worker = await queue.StartHostAsync(async (job, _) =>
        {
            await gates[job.Word].Passed;
            return null;
        });
        foreach (var word in new[] { "a", "b", "c" })
        {
            gates[word] = new Gate();
        }

        var invocations = new List<Task>();
        foreach (var handle in await queue.EnqueueManyAsync(["a", "b", "c"]))
        {
            invocations.Add(worker.InvokeAsync(queue, handle.Id));
        }

        gates["b"].Open();
        await invocations[1].WaitAsync(TimeSpan.FromSeconds(10));
        Assert.False(invocations[0].IsCompleted || invocations[2].IsCompleted);
        gates["a"].Open();
        await invocations[0].WaitAsync(TimeSpan.FromSeconds(10));
        Assert.False(invocations[2].IsCompleted);
        gates["c"].Open();
        await invocations[2].WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Theory]
    [InlineData(Doorbell.List, 0)]
    [InlineData(Doorbell.List, 400)]
    [InlineData(Doorbell.Stream, 0)]
    public async Task When_an_invocation_was_held_long_enough_the_next_comes_although_jobs_come_one_by_one(Doorbell doorbell, int jobTakesMs)
    {
        await using var queue = await TestQueue.CreateAsync(doorbell);
        var worker = await queue.StartHostAsync(
            async (_, _) =>
            {
                await Task.Delay(jobTakesMs);
                return "ok";
            },
            options => options.HoldInvocationFor = TimeSpan.FromSeconds(1));
        var isOver = new Gate();
        var listening = worker.ListenAsync(queue, isOver.Passed);

        var handles = new List<JobHandle>();
        for (var until = (await queue.NowAsync()).AddSeconds(6); await queue.NowAsync() < until; await Task.Delay(100))
        {
            handles.Add(await queue.EnqueueAsync());
        }

        await Task.WhenAll(handles.Select(handle => handle.WaitForResultAsync<string>(TimeSpan.FromSeconds(20))));
        isOver.Open();
        // One a second, and not one a job.
        Assert.InRange(await listening, 3, handles.Count / 2);
    }

    [Theory]
    [InlineData(Doorbell.List, 1)]
    [InlineData(Doorbell.List, 2)]
    [InlineData(Doorbell.Stream, 1)]
    [InlineData(Doorbell.Stream, 2)]
    public async Task When_a_job_outlives_the_invocation_that_was_held_the_next_comes_although_no_other_job_does(Doorbell doorbell, int concurrency)
    {
        await using var queue = await TestQueue.CreateAsync(doorbell);
        var (started, go) = (new Gate(), new Gate());
        var worker = await queue.StartHostAsync(
            async (_, _) =>
            {
                started.Open();
                await go.Passed;
                return null;
            },
            options =>
            {
                options.Concurrency = concurrency;
                options.HoldInvocationFor = TimeSpan.FromSeconds(1);
            });
        var first = worker.InvokeAsync(queue, new string('0', 32));
        // The bell is faster than the trigger: the pump has it, and none of the invocations does.
        var handle = await queue.EnqueueAsync();
        await started.Passed;
        await first.WaitAsync(TimeSpan.FromSeconds(20));

        var listening = worker.ListenAsync(queue, go.Passed);
        await Task.Delay(TimeSpan.FromSeconds(6));
        go.Open();

        Assert.InRange(await listening, 2, 6);
        await handle.WaitForResultAsync<string>(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task An_invocation_whose_host_gives_up_is_let_go_and_its_job_goes_on()
    {
        await using var queue = await TestQueue.CreateAsync();
        var (started, go) = (new Gate(), new Gate());
        var worker = await queue.StartHostAsync(async (_, _) =>
        {
            started.Open();
            await go.Passed;
            return "done";
        });
        var handle = await queue.EnqueueAsync();
        using var host = new CancellationTokenSource();
        var invocation = worker.Services.GetRequiredService<JobPump>().RunAsync(queue.Queue.Name, handle.Id, host.Token);
        await started.Passed;

        await host.CancelAsync();

        await invocation.WaitAsync(TimeSpan.FromSeconds(10));
        go.Open();
        Assert.Equal("done", await handle.WaitForResultAsync<string>(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task A_hundred_invocations_at_once_run_no_more_jobs_at_a_time_than_the_concurrency()
    {
        await using var queue = await TestQueue.CreateAsync();
        var (now, most) = (0, 0);
        var worker = await queue.StartHostAsync(
            async (_, _) =>
            {
                InterlockedMax(ref most, Interlocked.Increment(ref now));
                await Task.Delay(2);
                Interlocked.Decrement(ref now);
                return null;
            },
            options => options.Concurrency = 4);
        var handles = await queue.EnqueueManyAsync(Enumerable.Range(0, 100).Select(n => $"{n}"));

        await Task.WhenAll(handles.Select(handle => worker.InvokeAsync(queue, handle.Id))).WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal("100", await queue.Database.HashGetAsync(queue.Keys.Stats, "completed"));
        Assert.Equal(4, most);
        Assert.Single(queue.Logs.Lines, line => line.Text.Contains("The pump of queue", StringComparison.Ordinal) && line.Text.Contains("starts", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_the_pump_an_invocation_runs_its_own_job_and_no_other()
    {
        await using var queue = await TestQueue.CreateAsync();
        var worker = await queue.StartHostAsync(
            (job, _) => Task.FromResult<string?>(job.Word),
            options =>
            {
                options.Pump = false;
                options.Linger = TimeSpan.FromMilliseconds(50);
                options.WatchdogAfter = TimeSpan.FromMinutes(5);
            });
        var handles = await queue.EnqueueManyAsync(["a", "b"]);

        await worker.InvokeAsync(queue, handles[1].Id).WaitAsync(TimeSpan.FromSeconds(20));

        Assert.Equal(JobState.Completed, await handles[1].GetStateAsync());
        Assert.Equal(JobState.Available, await handles[0].GetStateAsync());
    }

    [Fact]
    public async Task Without_the_pump_an_invocation_ends_with_its_job()
    {
        await using var queue = await TestQueue.CreateAsync();
        var worker = await queue.StartHostAsync(
            (_, _) => Task.FromResult<string?>(null),
            options =>
            {
                options.Pump = false;
                options.WatchdogAfter = TimeSpan.FromMinutes(5);
            });
        var clock = Stopwatch.StartNew();

        for (var n = 0; n < 5; n++)
        {
            await worker.InvokeAsync(queue, (await queue.EnqueueAsync()).Id).WaitAsync(TimeSpan.FromSeconds(20));
        }

        // One that was held would stay for a second.
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(4), $"It took {clock.Elapsed}.");
    }

    [Fact]
    public async Task A_queue_that_the_worker_does_not_serve_is_refused_with_what_to_do()
    {
        await using var queue = await TestQueue.CreateAsync();
        var worker = await queue.StartHostAsync((_, _) => Task.FromResult<string?>(null));

        var error = await Assert.ThrowsAsync<InvalidOperationException>(
            () => worker.Services.GetRequiredService<JobPump>().RunAsync("no-such-queue", "x"));

        Assert.Contains("AddQueue", error.Message, StringComparison.Ordinal);
    }

    private static void InterlockedMax(ref int most, int value)
    {
        var seen = Volatile.Read(ref most);
        while (value > seen && Interlocked.CompareExchange(ref most, value, seen) is var now && now != seen)
        {
            seen = now;
        }
    }
}
