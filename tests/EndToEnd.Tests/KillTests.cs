using MimeKit;

namespace FunctionJobs.Tests;

/// <summary>kill -9 at the worst moments.</summary>
public sealed class KillTests : IAsyncLifetime
{
    private static readonly TimeSpan RunsAgainWithin = TimeSpan.FromSeconds(5);

    private Site site = null!;

    public async ValueTask InitializeAsync() => site = await Site.CreateAsync();

    public ValueTask DisposeAsync() => site.DisposeAsync();

    [Theory]
    [InlineData(Work.Mail)]
    [InlineData(Work.Picture)]
    public async Task A_killed_process_s_job_runs_again_in_another_one_within_5_s(Work work)
    {
        await site.StartAppAsync();
        await site.StartAppAsync();
        JobHandle job;
        await using (var held = await site.EnqueueHeldAsync(work))
        {
            job = held.Job;
            var first = await job.UntilAttemptAsync(1);
            var victim = site.Apps.Single(app => app.Runs(first));

            var killedAt = await site.RedisTimeAsync();
            await victim.KillAsync();

            var second = await job.UntilAttemptAsync(2);
            Assert.DoesNotContain(site.Apps, app => app == victim && app.Runs(second));
            Assert.InRange(second.StartedAt!.Value - killedAt, TimeSpan.Zero, RunsAgainWithin);
            Assert.Equal("WorkerLost", Assert.Single(second.Errors).Kind);
        }

        await site.AssertDoneOnceAsync(job, work, attempt: 2);
    }

    [Theory]
    [InlineData(Work.Mail)]
    [InlineData(Work.Picture)]
    public async Task A_killed_process_s_job_runs_again_within_5_s_of_the_restart(Work work)
    {
        var first = await site.StartAppAsync();
        JobHandle job;
        await using (var held = await site.EnqueueHeldAsync(work))
        {
            job = held.Job;
            await first.KillAsync();

            await site.StartAppAsync();
            var readyAt = await site.RedisTimeAsync();

            var second = await job.UntilAttemptAsync(2);
            Assert.True(second.StartedAt - readyAt <= RunsAgainWithin, $"It ran again {second.StartedAt - readyAt} after the restart.");
        }

        await site.AssertDoneOnceAsync(job, work, attempt: 2);
    }

    [Fact]
    public async Task A_mail_that_is_marked_sent_is_not_sent_again()
    {
        var first = await site.StartAppAsync();
        JobHandle job;
        await using (var held = await site.EnqueueHeldAfterMailAsync())
        {
            job = held.Job;
            Assert.Equal("done", await MarkOfAsync(1));
            await first.KillAsync();
            await held.ForgetTheKilledAsync();
        }

        Assert.Equal(0L, await site.QueryAsync<long>("select count(*) from sent_emails"));
        var second = await site.StartAppAsync();

        await site.AssertDoneOnceAsync(job, Work.Mail, attempt: 2);
        await second.WaitForLineAsync("Job welcome:1 sends nothing: its user's welcome mail was sent at ");
    }

    [Fact]
    public async Task A_mail_that_a_server_took_and_whose_mark_is_there_is_not_sent_again()
    {
        await using var smtp = await SmtpServer.StartAsync();
        var first = await site.StartAppAsync(Over(smtp));
        JobHandle job;
        await using (var held = await site.EnqueueHeldAfterMailAsync())
        {
            job = held.Job;
            await first.KillAsync();
            await held.ForgetTheKilledAsync();
        }

        await site.StartAppAsync(Over(smtp));
        await job.WaitForResultAsync<object>(Eventually.DefaultTimeout);

        Assert.Equal(2, (await job.GetInfoAsync())!.Attempt);
        Assert.Single(smtp.Mails);
    }

    /// <summary>The one gap that SMTP leaves. Redis is gone when the server's answer comes, so that it cannot be marked.</summary>
    [Fact]
    public async Task A_mail_that_was_taken_and_could_not_be_marked_is_sent_a_second_time_at_most_with_the_same_Message_ID()
    {
        await using var smtp = await SmtpServer.StartAsync();
        var first = await site.StartAppAsync(Over(smtp));
        var job = await site.Jobs.EnqueueAsync(Site.Mail(1) with { Email = "hold@example.com" }, new() { JobId = "welcome:1" });
        await smtp.WaitForLineAsync("^DATA$");

        await site.KillRedisAsync();
        smtp.Answer();
        await smtp.WaitForLineAsync("^ANSWERED$");
        await first.KillAsync();
        await site.Redis.RestartAsync();
        Assert.Equal("running", await MarkOfAsync(1));
        await site.StartAppAsync(Over(smtp));
        await Eventually.TrueAsync(() => smtp.Mails.Count == 2, "the mail is sent again");
        smtp.Answer();
        await job.WaitForResultAsync<object>(Eventually.DefaultTimeout);

        Assert.Equal(2, smtp.Mails.Count);
        Assert.Equal(["welcome.1@example.com"], smtp.Mails.Select(mail => MimeMessage.Load(mail).MessageId).Distinct());
        Assert.Equal(2, (await job.GetInfoAsync())!.Attempt);
        Assert.Equal("done", await MarkOfAsync(1));
    }

    [Theory]
    [InlineData(Work.Mail)]
    [InlineData(Work.Picture)]
    public async Task A_job_whose_entry_was_taken_by_a_host_that_then_died_is_run(Work work)
    {
        var first = await site.StartAppAsync(("Emulator__Faults", "CrashBeforeInvoke"));
        var job = await site.EnqueueAsync(work);
        Assert.Equal(137, await first.WaitForExitAsync());
        Assert.Equal(JobState.Available, await job.GetStateAsync());

        await site.StartAppAsync();

        await site.AssertDoneOnceAsync(job, work, attempt: 1);
    }

    private static (string, string?)[] Over(SmtpServer smtp) => [("Mail__Host", "127.0.0.1"), ("Mail__Port", $"{smtp.Port}")];

    /// <summary>What the idempotency key says of a user's mail.</summary>
    private Task<string?> MarkOfAsync(long userId) => site.RedisAsync<string?>(
        async redis => await redis.HashGetAsync($"jobs:{{welcome-email}}:once:welcome:{userId}", "state"));
}
