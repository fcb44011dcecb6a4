using FunctionJobs;
using FunctionJobs.Bench;
using Microsoft.Extensions.DependencyInjection;

await using var services = new ServiceCollection().AddJobEnqueuer(BenchSettings.Redis).BuildServiceProvider();
var version = typeof(IJobEnqueuer).Assembly.GetName().Version!.ToString(3);
await new FunctionJobsProducer(services.GetRequiredService<IJobEnqueuer>()).RunAsync($"FunctionJobs {version}, .NET {Environment.Version}");
