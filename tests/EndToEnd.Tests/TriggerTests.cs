using System.Text.Json;
using FunctionJobs.Functions;

namespace FunctionJobs.Tests;

/// <summary>The functions are run by their triggers. The watchdog is set so late that it cannot be what ran them.</summary>
public sealed class TriggerTests : IAsyncLifetime
{
    private static readonly (string, string?) NoWatchdog = ("Jobs__WatchdogAfter", "00:10:00");

    private Site site = null!;
    private App app = null!;

    public async ValueTask InitializeAsync()
    {
        site = await Site.CreateAsync();
        app = await site.StartAppAsync(NoWatchdog);
    }

    public ValueTask DisposeAsync() => site.DisposeAsync();

    [Fact]
    public void The_app_names_its_functions_and_what_starts_them()
    {
        Assert.Contains(app.Lines, line => line.Contains("SendWelcomeEmail: redisListTrigger (key jobs:{welcome-email}:trigger", StringComparison.Ordinal));
        Assert.Contains(app.Lines, line => line.Contains("ResizePostImage: redisStreamTrigger (key jobs:{post-image}:trigger", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Work.Mail)]
    [InlineData(Work.Picture)]
    public async Task An_enqueued_job_is_run_by_its_trigger(Work work)
    {
        var job = await site.EnqueueAsync(work);

        await site.AssertDoneOnceAsync(job, work, attempt: 1);
    }

    [Fact]
    public async Task A_picture_s_path_is_the_result_of_its_job()
    {
        var job = await site.EnqueueAsync(Work.Picture);

        var result = await job.WaitForResultAsync<ResizedImage>(Eventually.DefaultTimeout);

        Assert.Equal((400, 200), (result!.Width, result.Height));
        Assert.Equal($"/images/{result.Path}", await site.QueryAsync<string>("select image_url from posts where id = 1"));
    }

    [Fact]
    public async Task A_job_pushed_by_hand_where_the_list_trigger_reads_is_run()
    {
        var entry = JsonSerializer.Serialize(new { name = "send_welcome_email", id = "by-hand", args = Site.Mail(7) });

        await site.RedisAsync(redis => redis.ListRightPushAsync("jobs:{welcome-email}:trigger", entry));

        var job = site.Jobs.GetJob("welcome-email", "by-hand");
        await job.UntilAsync(info => info.State == JobState.Completed, "has completed");
        await site.AssertMailedOnceAsync(7);
    }

    [Fact]
    public async Task A_job_added_by_hand_where_the_stream_trigger_reads_is_run()
    {
        var entry = JsonSerializer.Serialize(new { name = "resize_post_image", id = "by-hand", args = await site.CreatePostAsync(7) });

        await site.RedisAsync(redis => redis.StreamAddAsync("jobs:{post-image}:trigger", "job", entry));

        var job = site.Jobs.GetJob("post-image", "by-hand");
        await job.UntilAsync(info => info.State == JobState.Completed, "has completed");
        await site.AssertHasPictureAsync(7);
    }
}
