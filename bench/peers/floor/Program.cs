using System.Reflection;
using FunctionJobs.Bench;
using StackExchange.Redis;

// What a step costs that does nothing: one round trip with a script of one command for an enqueue, two for a run. No record,
// no lease, no state; a job that is under way when the worker dies is lost.
using var redis = await ConnectionMultiplexer.ConnectAsync(BenchSettings.Redis);
if (args is ["producer"])
{
    // Its assembly's own version is that of the first of its line.
    var version = typeof(ConnectionMultiplexer).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
    await new FloorProducer(redis.GetDatabase()).RunAsync(
        $"StackExchange.Redis {version.Split('+')[0]}, .NET {Environment.Version}");
    return;
}

JobCount.Ready();
await Task.WhenAll(Enumerable.Range(0, BenchSettings.Concurrency).Select(_ => new FloorWorker(redis.GetDatabase()).RunAsync()));
