using FunctionJobs.Functions;

namespace FunctionJobs.Tests;

/// <summary>Jobs that end in every way there is, with arguments that would be found wherever they appeared.</summary>
public sealed class ArgumentsTests : IAsyncLifetime
{
    private const long User = 730_194_600;
    private const long Post = 826_405_100;
    private const string Name = "Ophelia";

    /// <summary>What every argument of these jobs has in it: the ids of rows, addresses, names, paths.</summary>
    private static readonly string[] Traces = ["7301946", "8264051", "ophelia", "private.example", "uploads", "attic"];

    private readonly List<JobHandle> jobs = [];
    private Site site = null!;

    public async ValueTask InitializeAsync() => site = await Site.CreateAsync();

    public ValueTask DisposeAsync() => site.DisposeAsync();

    [Fact]
    public async Task No_argument_is_in_what_the_apps_log_or_answer_or_keep_as_an_error_however_the_jobs_end()
    {
        await using var smtp = await SmtpServer.StartAsync();
        var app = await site.StartAppAsync(("Mail__Host", "127.0.0.1"), ("Mail__Port", $"{smtp.Port}"));
        var api = await site.StartApiAsync();

        await MailsAsync();
        await PicturesAsync();
        foreach (var job in jobs)
        {
            await job.UntilAsync(info => info.State.IsFinal(), "has ended");
        }

        await site.QueryAsync<int>("alter table posts rename to posts_away");
        await EnqueueAsync(new ResizePostImage($"uploads/{Post}.png", Post));
        await jobs[^1].UntilAsync(info => info.State.IsFinal(), "has ended");

        Assert.Equal(3, (await Task.WhenAll(jobs.Select(job => job.GetStateAsync()))).Count(state => state == JobState.Completed));
        var said = new List<string>();
        foreach (var job in jobs)
        {
            var info = await job.GetInfoAsync();
            Assert.Equal(info!.State == JobState.Completed ? 0 : 1, info.Errors.Count);
            said.AddRange(info.Errors.Select(error => error.Message));
            said.Add($"{await Record.ExceptionAsync(() => job.WaitForResultAsync<object>(Eventually.DefaultTimeout))}");
            said.Add(await api.Client.GetStringAsync($"/jobs/{job.Queue}/{job.Id}"));
        }

        Assert.Equal("", string.Join('\n', said.Concat(app.Lines).Concat(api.Lines).Where(HasTrace)));
        Assert.Equal([], Enumerable.Range(0, jobs.Count).Where(i => app.Count(jobs[i].Id) == 0));
    }

    /// <summary>Sent; sent before; refused with a quotation; not now; under way elsewhere; arguments that are wrong or do not fit.</summary>
    private async Task MailsAsync()
    {
        await EnqueueAsync(Mail(User));
        await jobs[0].UntilAsync(info => info.State.IsFinal(), "has ended");
        await EnqueueAsync(Mail(User));
        await EnqueueAsync(Mail(User + 1) with { Email = "never@private.example" });
        await EnqueueAsync(Mail(User + 2) with { Email = "quoted-ophelia@private.example" });
        await EnqueueAsync(Mail(User + 3) with { Email = "later-9@private.example" });
        await site.RedisAsync(redis => redis.ExecuteAsync(
            "HSET", $"jobs:{{welcome-email}}:once:welcome:{User + 4}", "state", "running", "job", "other", "attempt", "1"));
        await EnqueueAsync(Mail(User + 4));
        await EnqueueAsync(Mail(-User));
        await EnqueueAsync(Mail(User + 5) with { Email = "Ophelia, private.example" });
        await EnqueueAsync(SendWelcomeEmail.JobName, new { userId = $"Ophelia {User + 6}", email = "ophelia@private.example", name = Name }, SendWelcomeEmail.Queue);
        await EnqueueAsync(SendWelcomeEmail.JobName, $"{User + 7} ophelia@private.example", SendWelcomeEmail.Queue);
    }

    /// <summary>Resized; no such post, or not any more; photos that are not there, or none; paths that are wrong or do not fit.</summary>
    private async Task PicturesAsync()
    {
        var post = await site.CreatePostAsync(Post);
        await EnqueueAsync(post);
        await EnqueueAsync(post with { PostId = Post + 1 });
        var gone = await site.CreatePostAsync(Post + 2);
        await site.QueryAsync<int>($"create rule gone as on update to posts where new.id = {gone.PostId} do instead nothing");
        await EnqueueAsync(gone);
        await File.WriteAllTextAsync(site.ImageFile("uploads/ophelia.png"), "This is no photo.", TestContext.Current.CancellationToken);
        await EnqueueAsync(post with { ImagePath = "uploads/ophelia.png" });
        var whole = await File.ReadAllBytesAsync(site.ImageFile(post.ImagePath), TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(site.ImageFile("uploads/attic.png"), whole[..(whole.Length * 6 / 10)], TestContext.Current.CancellationToken);
        await EnqueueAsync(post with { ImagePath = "uploads/attic.png" });
        await EnqueueAsync(post with { ImagePath = "uploads/attic/ophelia.png" });
        await EnqueueAsync(post with { ImagePath = "../attic/ophelia.png" });
        await EnqueueAsync(post with { ImagePath = $"uploads/{new string('a', 300)}/ophelia.png" });
        await EnqueueAsync(ResizePostImage.JobName, new { imagePath = new { path = "uploads/ophelia.png" }, postId = Post }, ResizePostImage.Queue);
    }

    private static SendWelcomeEmail Mail(long userId) => new(userId, "ophelia@private.example", Name);

    private async Task EnqueueAsync<TJob>(TJob job)
        where TJob : IJob =>
        jobs.Add(await site.Jobs.EnqueueAsync(job, new() { MaxAttempts = 1 }));

    private async Task EnqueueAsync(string name, object args, JobQueue queue) =>
        jobs.Add(await site.Jobs.EnqueueAsync(name, args, new() { MaxAttempts = 1, Queue = queue }));

    private static bool HasTrace(string text) => Traces.Any(trace => text.Contains(trace, StringComparison.OrdinalIgnoreCase));
}
