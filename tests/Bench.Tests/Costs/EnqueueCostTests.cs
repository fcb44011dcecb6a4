using Microsoft.Extensions.DependencyInjection;

namespace FunctionJobs.Tests;

/// <summary>What an enqueue may cost, in counts.</summary>
public sealed class EnqueueCostTests
{
    private const int Jobs = 2_000;

    // A fifth more than was measured.
    private const int EnqueueCeiling = 3_830;
    private const int BulkCeiling = 790;
    private const int BytesCeiling = 350;
    private const int BulkBytesCeiling = 210;

    // How many callers share a call depends on the machine: between 0.05 and 0.13 were measured, on a busy one as well.
    private const double SharedCeiling = 0.25;

    [Fact]
    public async Task An_enqueue_is_one_round_trip_and_seven_commands()
    {
        await using var meter = await Meter.StartAsync();
        await using var services = new ServiceCollection().AddJobEnqueuer(meter.Redis).BuildServiceProvider();
        var jobs = services.GetRequiredService<IJobEnqueuer>();
        await EnqueueAsync(jobs, 200);

        var cost = await meter.CountAsync(Jobs, () => EnqueueAsync(jobs, Jobs));

        Assert.InRange(cost.Scripts, 0.01, 1);
        Assert.InRange(cost.Commands, 1, 7.1);
        Assert.InRange(cost.Bytes, 100, BytesCeiling);
        Assert.InRange(cost.Allocated, 0, EnqueueCeiling);
    }

    [Fact]
    public async Task Enqueues_of_the_same_moment_share_their_round_trip()
    {
        await using var meter = await Meter.StartAsync();
        await using var services = new ServiceCollection().AddJobEnqueuer(meter.Redis).BuildServiceProvider();
        var jobs = services.GetRequiredService<IJobEnqueuer>();
        await EnqueueAsync(jobs, 200);

        var cost = await meter.CountAsync(
            Jobs, () => Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => EnqueueAsync(jobs, Jobs / 50)))));

        Assert.InRange(cost.Scripts, 0.001, SharedCeiling);
    }

    [Fact]
    public async Task Jobs_of_fifty_queues_share_their_round_trips_and_send_no_more_than_a_job_that_comes_alone()
    {
        const int Queues = 50;
        await using var meter = await Meter.StartAsync();
        await using var services = new ServiceCollection().AddJobEnqueuer(meter.Redis).BuildServiceProvider();
        var jobs = services.GetRequiredService<IJobEnqueuer>();
        await EnqueueAsync(jobs, 200);
        await EnqueueToAllAsync(1);

        var cost = await meter.CountAsync(Jobs, () => EnqueueToAllAsync(Jobs / Queues));

        Assert.InRange(cost.Scripts, 0.001, SharedCeiling);
        Assert.InRange(cost.Commands, 1, 7.1);
        Assert.InRange(cost.Bytes, 100, BytesCeiling);

        Task EnqueueToAllAsync(int each) => Task.WhenAll(Enumerable.Range(0, Queues).Select(queue => Task.Run(
            () => EnqueueAsync(jobs, each, new EnqueueOptions { Queue = JobQueue.List($"costs-{queue}") }))));
    }

    [Fact]
    public async Task A_bulk_enqueue_is_a_round_trip_per_500_jobs_and_hardly_more_than_a_command_per_job()
    {
        await using var meter = await Meter.StartAsync();
        await using var services = new ServiceCollection().AddJobEnqueuer(meter.Redis).BuildServiceProvider();
        var jobs = services.GetRequiredService<IJobEnqueuer>();
        await BulkAsync(jobs, 1_000);

        var cost = await meter.CountAsync(Jobs, () => BulkAsync(jobs, Jobs));

        Assert.InRange(cost.Scripts, 0, 1 / 500.0);
        Assert.InRange(cost.Commands, 1, 1.1);
        Assert.InRange(cost.Bytes, 100, BulkBytesCeiling);
        Assert.InRange(cost.Allocated, 0, BulkCeiling);
    }

    [Fact]
    public async Task A_waiting_job_with_100_bytes_of_arguments_takes_at_most_700_bytes_in_Redis()
    {
        await using var meter = await Meter.StartAsync();
        await using var services = new ServiceCollection().AddJobEnqueuer(meter.Redis).BuildServiceProvider();
        var jobs = services.GetRequiredService<IJobEnqueuer>();
        await BulkAsync(jobs, 1_000);

        var cost = await meter.CountAsync(20_000, () => BulkAsync(jobs, 20_000));

        Assert.InRange(cost.Memory, 100, 700);
    }

    private static async Task EnqueueAsync(IJobEnqueuer jobs, int count, EnqueueOptions? options = null)
    {
        for (var number = 0; number < count; number++)
        {
            await jobs.EnqueueAsync(Welcome.Number(number), options);
        }
    }

    private static Task<IReadOnlyList<JobHandle>> BulkAsync(IJobEnqueuer jobs, int count) =>
        jobs.EnqueueManyAsync(Enumerable.Range(0, count).Select(number => NewJob.Of(Welcome.Number(number))));
}
