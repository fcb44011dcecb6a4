using System.Net;
using System.Net.Sockets;
using FunctionJobs.Functions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace FunctionJobs.Tests;

/// <summary>A worker process watches the Functions host that started it.</summary>
public sealed class HostWatchTests
{
    [Fact]
    public async Task While_its_host_listens_the_app_runs_and_when_nobody_does_any_more_it_stops()
    {
        using var host = new TcpListener(IPAddress.Loopback, 0);
        host.Start();
        using var app = await StartAsync($"http://127.0.0.1:{((IPEndPoint)host.LocalEndpoint).Port}");
        var stopping = Stopping(app);
        // Longer than it takes to give up a host.
        await Task.Delay(TimeSpan.FromSeconds(2.5));
        Assert.False(stopping.IsCompleted);

        host.Stop();

        await stopping.WaitAsync(TimeSpan.FromSeconds(20));
        await app.StopAsync();
    }

    [Fact]
    public async Task An_app_that_no_host_has_started_watches_nothing()
    {
        using var app = await StartAsync(host: null);
        var watch = Assert.IsType<HostWatch>(Assert.Single(app.Services.GetServices<IHostedService>()));

        await watch.ExecuteTask!.WaitAsync(TimeSpan.FromSeconds(20));

        Assert.False(Stopping(app).IsCompleted);
        await app.StopAsync();
    }

    private static async Task<IHost> StartAsync(string? host)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection([new("Functions:Worker:HostEndpoint", host)]);
        builder.Services.AddSingleton(TimeProvider.System).AddHostedService<HostWatch>();
        var app = builder.Build();
        await app.StartAsync();
        return app;
    }

    private static Task Stopping(IHost app)
    {
        var stopping = new TaskCompletionSource();
        app.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(stopping.SetResult);
        return stopping.Task;
    }
}
