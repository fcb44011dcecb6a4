using System.Diagnostics;
using FunctionJobs.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace FunctionJobs.Tests;

/// <summary>What running a job may cost, in counts.</summary>
public sealed class DrainCostTests
{
    private const int WarmUp = 1_000;
    private const int Jobs = 5_000;

    // A fifth more than was measured, and more where it counts how many jobs share a round trip: that depends on the machine.
    private const int AllocatedCeiling = 3_700;
    private const int BytesCeiling = 330;
    private const double ScriptsCeiling = 0.06;

    // Five are the job's own, two of its start and three of its end; the rest is shared among jobs.
    private const double CommandsCeiling = 5.5;

    // What an idle worker sends per second of itself, as IdleCostTests measures it: a slow machine takes longer over its jobs.
    private const double CaretakersPerSecond = 5.5;

    [Fact]
    public async Task A_drain_shares_its_round_trips_among_jobs()
    {
        await using var meter = await Meter.StartAsync();
        await using var services = new ServiceCollection().AddJobEnqueuer(meter.Redis).BuildServiceProvider();
        var jobs = services.GetRequiredService<IJobEnqueuer>();
        await EnqueueAsync(jobs, WarmUp);

        var run = new JobsRun();
        using var host = await StartWorkerAsync(meter.Redis, run);
        await Eventually.EqualAsync(WarmUp, () => Task.FromResult(run.Count), "jobs run");
        await host.StopAsync();

        run = new JobsRun();
        await EnqueueAsync(jobs, Jobs);
        var cost = await meter.CountAsync(Jobs, async () =>
        {
            using var second = await StartWorkerAsync(meter.Redis, run);
            await Eventually.EqualAsync(Jobs, () => Task.FromResult(run.Count), "jobs run");
            await second.StopAsync();
        });

        Assert.InRange(cost.Scripts, 0, ScriptsCeiling);
        Assert.InRange(cost.Commands, 5, CommandsCeiling);
        Assert.InRange(cost.Bytes, 100, BytesCeiling);
        Assert.InRange(cost.Allocated, 0, AllocatedCeiling);
    }

    [Fact]
    public async Task A_job_that_comes_alone_costs_three_round_trips_and_twenty_three_commands()
    {
        const int Alone = 50;
        await using var meter = await Meter.StartAsync();
        await using var services = new ServiceCollection().AddJobEnqueuer(meter.Redis).BuildServiceProvider();
        var jobs = services.GetRequiredService<IJobEnqueuer>();
        using var completed = new Metered(Welcome.Queue.Name);
        using var host = await StartWorkerAsync(meter.Redis, new JobsRun());
        await RunOneByOneAsync(0, 10);

        var clock = Stopwatch.StartNew();
        var cost = await meter.CountAsync(Alone, () => RunOneByOneAsync(10, Alone));
        var caretakers = CaretakersPerSecond * clock.Elapsed.TotalSeconds / Alone;
        await host.StopAsync();

        // The enqueue, which hands it to the worker, its end, and a look at what has come in the meantime; and what caretakers look after.
        Assert.InRange(cost.Scripts, 2, 3.5);
        // Below nothing where two scripts came together.
        Assert.InRange(cost.Plain, -1, 0.5);
        Assert.InRange(cost.Commands - caretakers, 20, 23.5);

        async Task RunOneByOneAsync(int before, int count)
        {
            for (var number = 1; number <= count; number++)
            {
                await jobs.EnqueueAsync(Welcome.Number(number));
                // Asked of the worker, since a question to Redis would count as well.
                await Eventually.EqualAsync(before + number, () => Task.FromResult((int)completed.Recorded("completed").Sum()), "jobs completed");
            }
        }
    }

    private static Task<IReadOnlyList<JobHandle>> EnqueueAsync(IJobEnqueuer jobs, int count) =>
        jobs.EnqueueManyAsync(Enumerable.Range(0, count).Select(number => NewJob.Of(Welcome.Number(number))));

    private static async Task<IHost> StartWorkerAsync(string redis, JobsRun run)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddSingleton<IConnectionMultiplexer>(await ConnectionMultiplexer.ConnectAsync(redis));
        builder.Services.AddSingleton(run);
        builder.Services.AddJobWorker(options => options.RunWithoutTrigger = true).AddJob<Welcome, WelcomeHandler>();
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }
}
