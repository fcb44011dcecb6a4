using FunctionJobs.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace FunctionJobs.Tests;

public sealed class JobTypeTests
{
    [Fact]
    public async Task A_job_whose_type_has_no_arguments_runs_when_it_is_enqueued_or_pushed_without_any()
    {
        await using var queue = await TestQueue.CreateAsync();
        await queue.StartWorkerOfAsync<Nightly, NightlyHandler>();

        var enqueued = await queue.Enqueuer.EnqueueAsync(Nightly.JobName, null, new() { Queue = queue.Queue });
        await queue.Database.ListRightPushAsync(queue.Keys.Inbox, """{"name":"nightly","id":"pushed"}""");

        await Eventually.EqualAsync<JobState?>(JobState.Completed, () => enqueued.GetStateAsync(), "the state");
        await Eventually.EqualAsync<JobState?>(JobState.Completed, () => queue.StateAsync("pushed"), "the state of the one that was pushed");
    }

    [Fact]
    public async Task A_handler_that_the_app_has_registered_itself_stays()
    {
        await using var queue = await TestQueue.CreateAsync();
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton(queue.Redis);
        builder.Services.AddScoped(_ => new ProbeHandler(new((_, _) => Task.FromResult<string?>("the app's own"))));
        builder.Services.AddJobWorker(options => options.RunWithoutTrigger = true).AddQueue(queue.Queue).AddJob<Probe, ProbeHandler>();
        using var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);

        var handle = await queue.EnqueueAsync();

        Assert.Equal("the app's own", await handle.WaitForResultAsync<string>(TimeSpan.FromSeconds(20)));
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    public sealed record Nightly : IJob
    {
        public static string JobName => "nightly";

        public static JobQueue Queue { get; } = JobQueue.List("nightly");
    }

    public sealed class NightlyHandler : IJobHandler<Nightly>
    {
        public Task HandleAsync(Nightly job, JobContext context) => Task.CompletedTask;
    }
}
