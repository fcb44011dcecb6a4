using System.Text.Json;
using FunctionJobs.Functions;
using FunctionJobs.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using StackExchange.Redis;

namespace FunctionJobs.Tests;

public sealed class ShowJobTests(RunningApi api)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_wait_ends_with_the_job_and_shows_its_result()
    {
        using var worker = await StartWorkerAsync();
        var (path, id) = await PostAsync(".jpg");

        var wait = api.GetJsonAsync($"{path}?wait=30");
        await RunAsync(worker, path, id);

        var job = await wait;
        Assert.Equal("completed", job.Text("state"));
        Assert.Equal(1, job.GetProperty("attempt").GetInt32());
        Assert.StartsWith("uploads/", job.GetProperty("result").Text("seen"), StringComparison.Ordinal);
        Assert.Empty(job.GetProperty("errors").EnumerateArray());
        Assert.True(job.GetProperty("finishedAt").GetDateTimeOffset() >= job.GetProperty("startedAt").GetDateTimeOffset());
        await worker.StopAsync(Cancellation);
    }

    [Fact]
    public async Task A_job_that_was_discarded_shows_why()
    {
        using var worker = await StartWorkerAsync();
        var (path, id) = await PostAsync(".gif");

        var wait = api.GetJsonAsync($"{path}?wait=30");
        await RunAsync(worker, path, id);

        var job = await wait;
        Assert.Equal("discarded", job.Text("state"));
        Assert.Equal("Not this one.", job.GetProperty("errors")[0].Text("message"));
        Assert.Equal(JsonValueKind.Null, job.GetProperty("result").ValueKind);
        await worker.StopAsync(Cancellation);
    }

    [Fact]
    public async Task What_an_exception_says_of_our_insides_is_not_shown()
    {
        using var worker = await StartWorkerAsync();
        var (path, id) = await PostAsync(".png");

        await RunAsync(worker, path, id);

        var failed = default(JsonElement);
        await Eventually.TrueAsync(
            async () => (failed = await api.GetJsonAsync(path)).GetProperty("errors").GetArrayLength() > 0, "the attempt has failed");
        var error = failed.GetProperty("errors")[0];
        Assert.Equal(1, error.GetProperty("attempt").GetInt32());
        Assert.NotEqual(default, error.GetProperty("at").GetDateTimeOffset());
        Assert.Equal("IOException", error.Text("kind"));
        Assert.Equal(JsonValueKind.Null, error.GetProperty("message").ValueKind);
        var kept = await api.Jobs.GetJob("post-image", id).GetInfoAsync(Cancellation);
        Assert.Contains("postgres.internal", kept!.Errors[0].Message, StringComparison.Ordinal);
        await worker.StopAsync(Cancellation);
    }

    [Fact]
    public async Task A_job_that_does_not_end_is_shown_as_it_is_when_the_wait_is_over()
    {
        var job = await api.Jobs.EnqueueAsync(
            new SendWelcomeEmail(1, "late@example.com", "Late"), new() { Delay = TimeSpan.FromHours(1) }, Cancellation);
        // By the clock that timers go by: a finer one is up to a few milliseconds ahead of it.
        var start = Environment.TickCount64;

        var shown = await api.GetJsonAsync($"/jobs/{job.Queue}/{job.Id}?wait=1");

        Assert.Equal("scheduled", shown.Text("state"));
        Assert.InRange(TimeSpan.FromMilliseconds(Environment.TickCount64 - start), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Arguments_are_not_shown()
    {
        var job = await api.Jobs.EnqueueAsync(
            new SendWelcomeEmail(1, "private@example.com", "Private"), new() { Delay = TimeSpan.FromHours(1) }, Cancellation);

        using var answer = await api.GetAsync($"/jobs/{job.Queue}/{job.Id}");

        Assert.DoesNotContain("private", await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("/jobs/welcome-email/welcome:987654321")]
    [InlineData("/jobs/welcome-email/%7B")]
    [InlineData("/jobs/welcome-email/a%20b")]
    [InlineData("/jobs/other/1")]
    [InlineData("/jobs/UPPER/1")]
    public async Task A_job_or_queue_that_is_not_there_is_not_found(string path)
    {
        using var answer = await api.GetAsync(path);

        await answer.ReadProblemAsync(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("31")]
    public async Task A_wait_is_at_most_half_a_minute(string wait)
    {
        using var answer = await api.GetAsync($"/jobs/welcome-email/1?wait={wait}");

        Assert.Equal(["wait"], (await answer.ReadProblemAsync(HttpStatusCode.BadRequest)).Fields());
    }

    [Fact]
    public async Task A_wait_that_is_no_number_is_a_bad_request()
    {
        using var answer = await api.GetAsync("/jobs/welcome-email/1?wait=soon");

        await answer.ReadProblemAsync(HttpStatusCode.BadRequest);
    }

    private async Task<(string Path, string Id)> PostAsync(string extension)
    {
        using var form = Uploads.Form([.. Uploads.Starts[extension], .. new byte[100]]);
        using var answer = await api.PostAsync(form);
        var post = await answer.ReadAsync(HttpStatusCode.Accepted);
        return (post.Text("statusUrl"), post.Text("jobId"));
    }

    /// <summary>Runs a post's job as soon as it is due.</summary>
    private async Task RunAsync(IHost worker, string path, string id)
    {
        await Eventually.TrueAsync(async () => (await api.GetJsonAsync(path)).Text("state") != "scheduled", "the job is due");
        await worker.Services.GetRequiredService<JobPump>().RunAsync<ResizePostImage>(id, Cancellation);
    }

    private async Task<IHost> StartWorkerAsync()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton<IConnectionMultiplexer>(await ConnectionMultiplexer.ConnectAsync(api.Redis.ConnectionString));
        builder.Services.AddJobWorker().AddJob<ResizePostImage, Looker>();
        var host = builder.Build();
        await host.StartAsync(Cancellation);
        return host;
    }

    private sealed class Looker : IJobHandler<ResizePostImage, Dictionary<string, string>>
    {
        public Task<Dictionary<string, string>> HandleAsync(ResizePostImage job, JobContext context) => Path.GetExtension(job.ImagePath) switch
        {
            ".gif" => throw context.Discard("Not this one."),
            ".png" => throw new IOException("Failed to connect to postgres.internal:5432 (/var/lib/app)."),
            _ => Task.FromResult(new Dictionary<string, string> { ["seen"] = job.ImagePath }),
        };
    }
}
