using FunctionJobs.Bench;
using FunctionJobs.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using StackExchange.Redis;

var builder = FunctionsApplication.CreateBuilder(args);
builder.Configuration["Redis"] = BenchSettings.Redis;
// As the functions app does it.
var opening = Task.Run(() => ConnectionMultiplexer.ConnectAsync(BenchSettings.Redis));
builder.Services.AddSingleton<IConnectionMultiplexer>(_ => opening.GetAwaiter().GetResult());

// Concurrency, Pump and RunWithoutTrigger come from the environment, as Jobs__Pump and so on.
var worker = builder.Services.AddJobWorker(options => options.Concurrency = BenchSettings.Concurrency)
    .AddJob<Welcome, WelcomeHandler>();
for (var queue = 0; queue < BenchSettings.Number("BENCH_QUEUES", 0); queue++)
{
    worker.AddQueue(BenchQueues.Number(queue));
}

using var app = builder.Build();
app.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStarted.Register(JobCount.Ready);
await app.RunAsync();
