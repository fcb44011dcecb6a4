using Microsoft.Extensions.Hosting;

namespace SampleApp;

/// <summary>Tells at the stop what the app's hosted services see.</summary>
internal sealed class Farewell(Invocations invocations, IHostApplicationLifetime lifetime) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Console.WriteLine(
            $"farewell: stopping {lifetime.ApplicationStopping.IsCancellationRequested}, held {invocations.Held}, cancelled {invocations.AnyCancelled}");
        return Task.CompletedTask;
    }
}
