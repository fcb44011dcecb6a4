namespace FunctionJobs.Tests;

/// <summary>Enqueues of the same moment share a call; each has its own answer.</summary>
public sealed class SharedEnqueueTests
{
    [Fact]
    public async Task Of_many_who_enqueue_one_id_in_the_same_moment_one_creates_the_job()
    {
        await using var test = await TestEnqueuer.CreateAsync();

        var handles = await Task.WhenAll(Enumerable.Range(0, 300).Select(n => test.EnqueueAsync(new() { JobId = $"job-{n % 3}" })));

        Assert.Equal(3, handles.Count(handle => !handle.IsDuplicate));
        Assert.All(handles.Select((handle, n) => (handle, n)), one => Assert.Equal($"job-{one.n % 3}", one.handle.Id));
        Assert.Equal(3, await test.Database.SortedSetLengthAsync(test.Keys.Available));
    }

    [Fact]
    public async Task One_that_is_refused_and_one_that_gives_up_leave_the_others_alone()
    {
        await using var test = await TestEnqueuer.CreateAsync();
        using var cancelled = new CancellationTokenSource();

        var before = test.EnqueueAsync(new() { JobId = "before" });
        var refused = Assert.ThrowsAnyAsync<ArgumentException>(() => test.EnqueueAsync(new() { JobId = "refused", Priority = 10 }));
        var givenUp = test.Enqueuer.EnqueueAsync("greet", null, new() { JobId = "given-up", Queue = test.Queue }, cancelled.Token);
        await cancelled.CancelAsync();
        var after = test.EnqueueAsync(new() { JobId = "after" });

        await Task.WhenAll(before, refused, after);
        try
        {
            await givenUp;
        }
        catch (OperationCanceledException)
        {
            // Or it was quicker.
        }

        Assert.Equal(JobState.Available, await (await before).GetStateAsync());
        Assert.Equal(JobState.Available, await (await after).GetStateAsync());
        Assert.Null(await test.Enqueuer.GetJob(test.Queue.Name, "refused").GetStateAsync());
    }

    [Fact]
    public async Task More_than_one_call_may_hold_are_all_enqueued()
    {
        await using var test = await TestEnqueuer.CreateAsync();
        var large = new { Text = new string('x', 100_000) };

        await Task.WhenAll(
            Task.WhenAll(Enumerable.Range(0, 1300).Select(_ => test.EnqueueAsync())),
            Task.WhenAll(Enumerable.Range(0, 60).Select(_ => test.EnqueueAsync(args: large))));

        Assert.Equal(1360, await test.Database.SortedSetLengthAsync(test.Keys.Available));
    }
}
