using System.Diagnostics;
using FunctionJobs.LocalServices;

namespace FunctionJobs.Tests;

/// <summary>Servers that go away and come back, each test with an API and servers of its own.</summary>
public sealed class OutageTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task While_redis_is_away_nobody_is_registered_and_afterwards_the_same_call_works()
    {
        await using var api = await StartAsync();
        await api.Redis.StopAsync();

        using var refused = await api.RegisterAsync("ada@example.com", "Ada");
        await AssertUnavailableAsync(refused);
        Assert.Equal(0, await api.QueryAsync<long>("select count(*) from users"));

        await api.Redis.RestartAsync(Cancellation);
        await Eventually.TrueAsync(async () => (await api.GetAsync("/health")).IsSuccessStatusCode, "the API has found Redis again");
        using var registered = await api.RegisterAsync("ada@example.com", "Ada");
        var user = await registered.ReadAsync(HttpStatusCode.Created);
        Assert.Equal("scheduled", (await api.GetJsonAsync(user.Text("statusUrl"))).Text("state"));
        Assert.DoesNotContain(api.Lines, line => line.Contains("ada@example.com", StringComparison.Ordinal));
    }

    [Fact]
    public async Task While_redis_is_away_a_post_is_refused_and_neither_row_nor_photo_stays()
    {
        await using var api = await StartAsync();
        await api.Redis.StopAsync();

        using var form = Uploads.Form(Uploads.Jpeg());
        using var refused = await api.PostAsync(form);

        await AssertUnavailableAsync(refused);
        Assert.Equal(0, await api.QueryAsync<long>("select count(*) from posts"));
        Assert.Empty(api.StoredFiles());
    }

    [Fact]
    public async Task A_post_whose_job_is_not_enqueued_never_was_and_needs_no_one_to_delete_it()
    {
        await using var api = await StartAsync();
        await api.QueryAsync<object>("create rule no_delete as on delete to posts do instead nothing");
        await api.Redis.StopAsync();

        using var form = Uploads.Form(Uploads.Jpeg());
        using var refused = await api.PostAsync(form);

        await AssertUnavailableAsync(refused);
        Assert.Equal(0, await api.QueryAsync<long>("select count(*) from posts"));
    }

    [Fact]
    public async Task A_post_whose_job_id_is_that_of_a_post_the_database_has_lost_gets_a_job_of_its_own()
    {
        await using var api = await StartAsync();
        using var form = Uploads.Form(Uploads.Jpeg());
        using var before = await api.PostAsync(form);
        var lost = await before.ReadAsync(HttpStatusCode.Accepted);
        await api.QueryAsync<object>("truncate posts restart identity");

        using var again = Uploads.Form(Uploads.Jpeg());
        using var answer = await api.PostAsync(again);

        var post = await answer.ReadAsync(HttpStatusCode.Accepted);
        Assert.Equal(lost.GetProperty("id").GetInt64(), post.GetProperty("id").GetInt64());
        Assert.NotEqual(lost.Text("jobId"), post.Text("jobId"));
        var job = await api.Jobs.GetJob("post-image", post.Text("jobId")!).GetInfoAsync(Cancellation);
        Assert.Equal($$"""{"imagePath":"{{await api.ImagePathAsync(post)}}","postId":{{post.GetProperty("id").GetInt64()}}}""", job!.ArgsJson);
    }

    [Fact]
    public async Task A_photo_stays_when_it_is_not_known_whether_its_post_was_committed()
    {
        await using var api = await StartAsync();
        // At the commit the server says what it says when it stops.
        await api.QueryAsync<object>(
            """
            create function stop() returns trigger language plpgsql as $$ begin raise exception 'stopping' using errcode = '57P01'; end $$;
            create constraint trigger stop after insert on posts deferrable initially deferred for each row execute function stop();
            """);

        using var form = Uploads.Form(Uploads.Jpeg());
        using var refused = await api.PostAsync(form);

        await AssertUnavailableAsync(refused);
        Assert.Single(api.StoredFiles());
    }

    [Fact]
    public async Task While_redis_stands_still_a_caller_is_answered_within_five_seconds_and_nobody_is_registered()
    {
        await using var api = await StartAsync();
        await api.Redis.PauseAsync(Cancellation);
        var clock = Stopwatch.StartNew();

        using var refused = await api.RegisterAsync("ada@example.com", "Ada");

        await AssertUnavailableAsync(refused);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5), $"It took {clock.Elapsed}.");
        Assert.Equal(0, await api.QueryAsync<long>("select count(*) from users"));
        api.Redis.Resume();
        await Eventually.TrueAsync(
            async () => (await api.RegisterAsync("ada@example.com", "Ada")).StatusCode == HttpStatusCode.Created, "Ada is registered");
    }

    [Fact]
    public async Task Health_and_jobs_say_that_redis_is_away()
    {
        await using var api = await StartAsync();
        await api.Redis.StopAsync();

        using var job = await api.GetAsync("/jobs/welcome-email/welcome:1");
        await AssertUnavailableAsync(job);
        using var health = await api.GetAsync("/health");
        Assert.Equal(
            """{"status":"unhealthy","checks":{"redis":"unhealthy","postgres":"healthy"}}""",
            (await health.ReadAsync(HttpStatusCode.ServiceUnavailable)).GetRawText());

        await api.Redis.RestartAsync(Cancellation);
        await Eventually.TrueAsync(async () => (await api.GetAsync("/health")).IsSuccessStatusCode, "the API is healthy again");
    }

    [Fact]
    public async Task While_the_image_store_is_away_a_post_is_refused_for_now_and_not_for_its_body()
    {
        await using var api = await StartAsync();
        var uploads = Path.Combine(api.Folder, "uploads");
        Directory.Move(uploads, uploads + ".away");

        using var form = Uploads.Form(Uploads.Jpeg());
        using var refused = await api.PostAsync(form);
        await AssertUnavailableAsync(refused);

        Directory.Move(uploads + ".away", uploads);
        using var again = Uploads.Form(Uploads.Jpeg());
        using var answer = await api.PostAsync(again);
        await answer.ReadAsync(HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task While_the_image_store_is_away_a_picture_is_not_said_to_be_missing()
    {
        await using var api = await StartAsync();
        var path = Pictures.PathOf([1, 2, 3]);
        var away = api.Folder + ".away";
        Directory.Move(api.Folder, away);

        using var refused = await api.GetAsync($"/images/{path}");
        Directory.Move(away, api.Folder);

        await AssertUnavailableAsync(refused);
        using var missing = await api.GetAsync($"/images/{path}");
        await missing.ReadProblemAsync(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task An_upload_that_cannot_be_deleted_is_logged_and_the_caller_still_reads_what_was_wrong()
    {
        await using var api = await StartAsync();
        var uploads = Path.Combine(api.Folder, "uploads");
        using var untitled = new HeldForm(Uploads.Jpeg());

        var post = api.PostAsync(untitled, chunked: true, expectContinue: false);
        await Eventually.TrueAsync(
            () => api.StoredFiles().Any(file => !Path.GetFileName(file).StartsWith('.')), "the photo is stored");
        Directory.Move(uploads, uploads + ".away");
        untitled.LetGo();

        using var refused = await post;
        Assert.Equal(["title"], (await refused.ReadProblemAsync(HttpStatusCode.BadRequest)).Fields());
        await Eventually.TrueAsync(
            () => api.Lines.Any(line => line.Contains("belongs to no post and could not be deleted", StringComparison.Ordinal)), "it is logged");
    }

    [Fact]
    public async Task While_postgres_is_away_callers_are_told_to_come_back_and_no_mail_is_enqueued()
    {
        await using var postgres = await LocalPostgres.StartAsync(new LocalPostgresOptions { Durable = false }, Cancellation);
        await using var api = await StartAsync(postgres.ConnectionString);
        await postgres.StopAsync();

        using var refused = await api.RegisterAsync("ada@example.com", "Ada");
        await AssertUnavailableAsync(refused);
        using var form = Uploads.Form(Uploads.Jpeg());
        using var refusedPost = await api.PostAsync(form);
        await AssertUnavailableAsync(refusedPost);
        Assert.Empty(api.StoredFiles());
        Assert.Null(await api.Jobs.GetJob("welcome-email", "welcome:1").GetStateAsync(Cancellation));
        using var health = await api.GetAsync("/health");
        Assert.Equal("unhealthy", (await health.ReadAsync(HttpStatusCode.ServiceUnavailable)).GetProperty("checks").Text("postgres"));

        await postgres.RestartAsync(Cancellation);
        await Eventually.TrueAsync(
            async () => (await api.RegisterAsync("ada@example.com", "Ada")).StatusCode == HttpStatusCode.Created, "Ada is registered");
    }

    /// <summary>A photo, and a title whose end is sent when it is let go: it is empty.</summary>
    private sealed class HeldForm : HttpContent
    {
        private readonly byte[] photo;
        private readonly TaskCompletionSource end = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public HeldForm(byte[] photo)
        {
            this.photo = photo;
            Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data; boundary=b");
        }

        public void LetGo() => end.TrySetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync("--b\r\nContent-Disposition: form-data; name=image; filename=a.jpg\r\n\r\n"u8.ToArray());
            await stream.WriteAsync(photo);
            await stream.WriteAsync("\r\n--b\r\nContent-Disposition: form-data; name=title\r\n\r\n"u8.ToArray());
            await stream.FlushAsync();
            await end.Task;
            await stream.WriteAsync("\r\n--b--\r\n"u8.ToArray());
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    private static async Task<RunningApi> StartAsync(string postgres = "")
    {
        var api = new RunningApi { Postgres = postgres };
        await api.InitializeAsync();
        return api;
    }

    private static async Task AssertUnavailableAsync(HttpResponseMessage answer)
    {
        await answer.ReadProblemAsync(HttpStatusCode.ServiceUnavailable);
        Assert.Equal(TimeSpan.FromSeconds(5), answer.Headers.RetryAfter?.Delta);
    }
}
