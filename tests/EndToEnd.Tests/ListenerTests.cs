namespace FunctionJobs.Tests;

/// <summary>The trigger's listener ends without a word, as the real one does after an error of Redis.</summary>
public sealed class ListenerTests : IAsyncLifetime
{
    private const string DeadListener = "the trigger's listener is dead";

    private Site site = null!;

    public async ValueTask InitializeAsync() => site = await Site.CreateAsync();

    public ValueTask DisposeAsync() => site.DisposeAsync();

    [Theory]
    [InlineData(Work.Mail)]
    [InlineData(Work.Picture)]
    public async Task With_a_dead_listener_jobs_still_run_and_the_log_says_so_once(Work work)
    {
        var app = await site.StartAppAsync(("Emulator__Faults", "DieAfterPolls=1"));
        await site.HasPolledAsync(work);

        for (var id = 1; id <= 3; id++)
        {
            await site.AssertDoneOnceAsync(await site.EnqueueAsync(work, id), work, attempt: 1, id);
        }

        var said = Assert.Single(app.Lines, line => line.Contains(DeadListener, StringComparison.Ordinal));
        Assert.Contains($"queue {work.Queue()} ", said, StringComparison.Ordinal);
        Assert.Contains("fail:", said, StringComparison.Ordinal);
    }

    /// <summary>Redis stands still for longer than its clients' patience: calls that are under way fail with a timeout.</summary>
    [Theory]
    [InlineData("DieOnRedisError", 1)]
    [InlineData("", 0)]
    public async Task After_Redis_stood_still_jobs_run_whether_the_listener_has_died_of_it_or_not(string faults, int errorsPerQueue)
    {
        var app = await site.StartAppAsync(
            ("Redis", $"{site.Redis.ConnectionString},syncTimeout=1000,asyncTimeout=1000"), ("Emulator__Faults", faults));
        await site.HasPolledAsync(Work.Mail);
        await site.HasPolledAsync(Work.Picture);

        await site.Redis.PauseAsync();
        // The rescuer asks less often than the triggers poll: when its second call has failed, a poll has too.
        await Eventually.TrueAsync(
            () => Enum.GetValues<Work>().All(work => app.Count($"Queue {work.Queue()} could not be looked after") >= 2), "calls to Redis fail");
        site.Redis.Resume();

        var mail = await site.EnqueueAsync(Work.Mail);
        var picture = await site.EnqueueAsync(Work.Picture);
        await site.AssertDoneOnceAsync(mail, Work.Mail, attempt: 1);
        await site.AssertDoneOnceAsync(picture, Work.Picture, attempt: 1);
        var said = app.Lines.Where(line => line.Contains(DeadListener, StringComparison.Ordinal)).ToList();
        Assert.All(Enum.GetValues<Work>(), work => Assert.Equal(errorsPerQueue, said.Count(line => line.Contains($"queue {work.Queue()} ", StringComparison.Ordinal))));
    }
}
