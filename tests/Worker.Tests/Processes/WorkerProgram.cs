using FunctionJobs.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace FunctionJobs.Tests;

/// <summary>A worker in a process of its own. What a job does there is its word.</summary>
internal static class WorkerProgram
{
    public const string Verb = "work";

    /// <summary>Kills its process, in every attempt.</summary>
    public const string Kills = "kills";

    /// <summary>Its first attempt runs until its token is cancelled.</summary>
    public const string Hangs = "hangs";

    /// <summary>Its first attempt ignores its token and completes when the key <see cref="GoKey"/> is there.</summary>
    public const string ComesLate = "late";

    public static string GoKey(string queue) => $"test:{queue}:go";

    public static Task<ChildProcess> StartAsync(TestQueue queue) => ChildProcess.StartDotnetAsync(
        typeof(WorkerProgram).Assembly.Location,
        [Verb, queue.Redis.Configuration, queue.Queue.Doorbell == Doorbell.List ? "list" : "stream", queue.Queue.Name]);

    /// <summary>Starts a worker and waits until it serves the queue.</summary>
    public static async Task<ChildProcess> StartAndWaitAsync(TestQueue queue)
    {
        var process = await StartAsync(queue);
        await process.WaitForLineAsync("^ready$");
        return process;
    }

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments is not [_, var redis, var kind, var name])
        {
            return 2;
        }

        var connection = await ConnectionMultiplexer.ConnectAsync(redis);
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true).SetMinimumLevel(LogLevel.Information);
        builder.Services.AddSingleton<IConnectionMultiplexer>(connection);
        builder.Services.AddSingleton(new ProbeScript((job, context) => HandleAsync(connection.GetDatabase(), job, context)));
        builder.Services.AddJobWorker(options => options.RunWithoutTrigger = true)
            .AddJob<Probe, ProbeHandler>(options => options.BackoffBase = TimeSpan.FromMilliseconds(50))
            .AddQueue(JobQueue.Parse($"{kind}:{name}"));
        using var host = builder.Build();
        await host.StartAsync();
        await Console.Out.WriteLineAsync("ready");
        await host.WaitForShutdownAsync();
        return 0;
    }

    private static async Task<string?> HandleAsync(IDatabase redis, Probe job, JobContext context)
    {
        await using var told = context.CancellationToken.Register(
            () => Console.Out.WriteLine($"cancelled {job.Word} {context.Attempt}"));
        await Console.Out.WriteLineAsync($"started {job.Word} {context.Attempt}");
        switch (job.Word)
        {
            case Kills:
                System.Diagnostics.Process.GetCurrentProcess().Kill();
                break;
            case Hangs when context.Attempt == 1:
                await Task.Delay(Timeout.Infinite, context.CancellationToken);
                break;
            case ComesLate when context.Attempt == 1:
                await Eventually.TrueAsync(() => redis.KeyExistsAsync(GoKey(context.Queue)), "the test says go", TimeSpan.FromMinutes(2));
                break;
        }

        return $"attempt {context.Attempt}";
    }
}
