using FunctionJobs.Bench;
using Hangfire;
using Hangfire.Redis.StackExchange;

// Both ends are blocking: a thread per caller and per running job.
ThreadPool.SetMinThreads(BenchSettings.Concurrency + 64, 64);
GlobalConfiguration.Configuration
    .SetDataCompatibilityLevel(CompatibilityLevel.Version_180)
    .UseSimpleAssemblyNameTypeSerializer()
    .UseRecommendedSerializerSettings()
    .UseRedisStorage(BenchSettings.Redis);

if (args is ["producer"])
{
    await new HangfireProducer().RunAsync(
        $"Hangfire {typeof(BackgroundJob).Assembly.GetName().Version!.ToString(3)}, "
        + $"Hangfire.Redis.StackExchange {typeof(RedisStorage).Assembly.GetName().Version!.ToString(3)}, .NET {Environment.Version}");
    return;
}

using var server = new BackgroundJobServer(new BackgroundJobServerOptions { WorkerCount = BenchSettings.Concurrency });
JobCount.Ready();
using var stop = new ManualResetEventSlim();
Console.CancelKeyPress += (_, e) => stop.Set();
AppDomain.CurrentDomain.ProcessExit += (_, _) => stop.Set();
stop.Wait();
