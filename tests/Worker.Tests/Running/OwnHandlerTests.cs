using FunctionJobs.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace FunctionJobs.Tests;

public sealed class OwnHandlerTests
{
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
}
