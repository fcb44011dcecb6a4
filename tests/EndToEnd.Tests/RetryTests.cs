namespace FunctionJobs.Tests;

/// <summary>Attempts that fail and are made again.</summary>
public sealed class RetryTests : IAsyncLifetime
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(0.8);

    private Site site = null!;

    public async ValueTask InitializeAsync() => site = await Site.CreateAsync();

    public ValueTask DisposeAsync() => site.DisposeAsync();

    /// <summary>Within an attempt a mail is tried three times, so six refusals are two failed attempts.</summary>
    [Fact]
    public async Task A_mail_that_fails_twice_shows_three_attempts_with_growing_waits_and_is_sent_once()
    {
        await using var smtp = await SmtpServer.StartAsync();
        await site.StartAppAsync(
            ("Mail__Host", "127.0.0.1"),
            ("Mail__Port", $"{smtp.Port}"),
            ("Jobs__Types__send_welcome_email__BackoffBase", $"{FirstWait}"),
            ("Jobs__Types__send_welcome_email__BackoffJitter", "0"));

        var job = await site.Jobs.EnqueueAsync(Site.Mail(1) with { Email = "later-6@example.com" });
        var first = await job.UntilAsync(info => info is { State: JobState.Retryable, Attempt: 1 }, "waits for attempt 2");
        var second = await job.UntilAsync(info => info is { State: JobState.Retryable, Attempt: 2 }, "waits for attempt 3");
        await job.WaitForResultAsync<object>(Eventually.DefaultTimeout);

        Assert.Equal(FirstWait, WaitOf(first));
        Assert.Equal(FirstWait * 2, WaitOf(second));
        var info = await job.GetInfoAsync();
        Assert.Equal((JobState.Completed, 3), (info!.State, info.Attempt));
        Assert.Equal([1, 2], info.Errors.Select(error => error.Attempt));
        Assert.All(info.Errors, error => Assert.Contains("come back in a while", error.Message, StringComparison.Ordinal));
        Assert.Single(smtp.Mails);
    }

    [Fact]
    public async Task A_mail_that_is_refused_for_good_is_discarded_with_the_reason_in_its_first_attempt()
    {
        await using var smtp = await SmtpServer.StartAsync();
        await site.StartAppAsync(("Mail__Host", "127.0.0.1"), ("Mail__Port", $"{smtp.Port}"));

        var job = await site.Jobs.EnqueueAsync(Site.Mail(1) with { Email = "never@example.com" });
        var failure = await Assert.ThrowsAsync<JobFailedException>(() => job.WaitForResultAsync<object>(Eventually.DefaultTimeout));

        Assert.Contains("no such mailbox", failure.Message, StringComparison.Ordinal);
        var info = await job.GetInfoAsync();
        Assert.Equal((JobState.Discarded, 1), (info!.State, info.Attempt));
        Assert.Empty(smtp.Mails);
    }

    private static TimeSpan WaitOf(JobInfo job) => job.ScheduledAt!.Value - job.Errors[^1].At;
}
