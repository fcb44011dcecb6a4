using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace FunctionJobs.Tests;

public sealed class DatabaseNumberTests
{
    [Fact]
    public async Task A_database_number_separates_the_jobs_of_queues_of_the_same_name()
    {
        await using var second = await TestQueue.CreateAsync(redis: $"{Servers.Redis},defaultDatabase=1");
        await using var redis = await ConnectionMultiplexer.ConnectAsync(Servers.Redis);
        await using var services = new ServiceCollection().AddJobEnqueuer(redis).BuildServiceProvider();
        var ran = new List<string>();
        await second.StartWorkerAsync((job, _) =>
        {
            ran.Add(job.Word);
            return Task.FromResult<string?>(job.Word);
        });

        var options = new EnqueueOptions { Queue = second.Queue, JobId = "same" };
        var other = await services.GetRequiredService<IJobEnqueuer>().EnqueueAsync(new Probe("of the first"), options);
        var own = await second.EnqueueAsync("of the second", options);

        Assert.Equal("of the second", await own.WaitForResultAsync<string>(TimeSpan.FromSeconds(20)));
        Assert.Equal(JobState.Available, await other.GetStateAsync());
        Assert.Equal(["of the second"], ran);
        Assert.True(await redis.GetDatabase(0).KeyExistsAsync(second.Keys.Job("same")) && await redis.GetDatabase(1).KeyExistsAsync(second.Keys.Job("same")));
    }
}
