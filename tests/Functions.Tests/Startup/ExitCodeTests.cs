using FunctionJobs.Functions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace FunctionJobs.Tests;

/// <summary>What the Functions host reads from the end of a worker process: after a failure it starts another.</summary>
public sealed class ExitCodeTests
{
    [Fact]
    public async Task An_app_that_a_failed_background_service_has_ended_says_so() =>
        Assert.Equal(1, await RunAsync(lifetime => new Service(async () =>
        {
            await Task.Yield();
            throw new InvalidOperationException("A fault.");
        })));

    [Fact]
    public async Task An_app_that_was_told_to_stop_has_not_failed() =>
        Assert.Equal(0, await RunAsync(lifetime => new Service(async () =>
        {
            await Task.Yield();
            lifetime.StopApplication();
            await Task.Delay(Timeout.Infinite, lifetime.ApplicationStopping);
        })));

    private static async Task<int> RunAsync(Func<IHostApplicationLifetime, Service> service)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddHostedService(provider => service(provider.GetRequiredService<IHostApplicationLifetime>()));
        using var app = builder.Build();
        return await app.RunToEndAsync().WaitAsync(TimeSpan.FromSeconds(20));
    }

    private sealed class Service(Func<Task> run) : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken) => run();
    }
}
