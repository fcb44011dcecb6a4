using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace FunctionJobs.Tests;

/// <summary>SIGTERM, as a host sends it before it kills.</summary>
public sealed class ShutdownTests : IAsyncLifetime
{
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(6);

    private Site site = null!;

    public async ValueTask InitializeAsync() => site = await Site.CreateAsync();

    public ValueTask DisposeAsync() => site.DisposeAsync();

    [Fact]
    public async Task An_idle_app_ends_at_once_with_exit_code_0()
    {
        var app = await site.StartAppAsync();
        await site.AssertDoneOnceAsync(await site.EnqueueAsync(Work.Mail), Work.Mail, attempt: 1);

        app.Terminate();

        Assert.Equal(0, await app.WaitForExitAsync(LongestStop));
        Assert.DoesNotContain(app.Lines, line => line.Contains("fail:", StringComparison.Ordinal) || line.Contains("Unhandled", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Work.Mail)]
    [InlineData(Work.Picture)]
    public async Task A_running_job_is_handed_back_with_its_attempt_not_counted(Work work)
    {
        var app = await site.StartAppAsync();
        JobHandle job;
        await using (var held = await site.EnqueueHeldAsync(work))
        {
            job = held.Job;
            var clock = Stopwatch.StartNew();

            app.Terminate();

            Assert.Equal(0, await app.WaitForExitAsync());
            Assert.InRange(clock.Elapsed, TimeSpan.Zero, LongestStop);
            var info = await job.GetInfoAsync();
            Assert.Equal((JobState.Available, 0), (info!.State, info.Attempt));
            Assert.Empty(info.Errors);
        }

        await site.StartAppAsync();
        await site.AssertDoneOnceAsync(job, work, attempt: 1);
    }

    [Fact]
    public async Task A_running_job_that_ends_within_the_grace_is_completed()
    {
        var app = await site.StartAppAsync();
        JobHandle job;
        await using (var held = await site.EnqueueHeldAsync(Work.Mail))
        {
            job = held.Job;
            app.Terminate();
            await app.WaitForLineAsync("Shutting down: 1 running jobs");
        }

        Assert.Equal(0, await app.WaitForExitAsync(LongestStop));
        await site.AssertDoneOnceAsync(job, Work.Mail, attempt: 1);
    }

    [Fact]
    public async Task In_a_container_a_stop_reaches_the_app_and_its_running_job_is_handed_back()
    {
        var container = await site.StartContainerAsync("$app");
        await using var held = await site.EnqueueHeldAsync(Work.Mail);

        container.Terminate();

        Assert.Equal(143, await container.WaitForExitAsync());
        Assert.Contains(container.Lines, line => line.Contains("Shutting down: 1 running jobs", StringComparison.Ordinal));
        var info = await held.Job.GetInfoAsync();
        Assert.Equal((JobState.Available, 0), (info!.State, info.Attempt));
    }

    [Fact]
    public async Task In_a_container_a_host_that_ends_by_itself_leaves_no_worker_behind()
    {
        var container = await site.StartContainerAsync("""$app & echo "worker $!"; sleep 6; exit 3""");

        Assert.Equal(3, await container.WaitForExitAsync());

        var worker = Assert.Single(container.Lines, line => line.StartsWith("worker ", StringComparison.Ordinal))["worker ".Length..];
        Assert.False(Directory.Exists($"/proc/{worker}"), $"process {worker} runs");
    }

    [Fact]
    public async Task An_app_whose_host_is_gone_without_a_word_hands_its_jobs_back_and_ends()
    {
        using var host = new TcpListener(IPAddress.Loopback, 0);
        host.Start();
        var app = await site.StartAppAsync(("Functions__Worker__HostEndpoint", $"http://{host.LocalEndpoint}/"));
        await using var held = await site.EnqueueHeldAsync(Work.Mail);

        host.Stop();

        Assert.Equal(0, await app.WaitForExitAsync());
        Assert.Contains(app.Lines, line => line.Contains("is gone; the app stops", StringComparison.Ordinal));
        var info = await held.Job.GetInfoAsync();
        Assert.Equal((JobState.Available, 0), (info!.State, info.Attempt));
    }
}
