using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace SampleApp;

/// <summary>Tells at the stop what the app's hosted services see. With the setting <c>StayAtStop</c> or <c>StayAtEnd</c> its stop or its disposal takes a minute.</summary>
internal sealed class Farewell(Invocations invocations, IHostApplicationLifetime lifetime, IConfiguration configuration) : IHostedService, IAsyncDisposable
{
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Console.WriteLine(
            $"farewell: stopping {lifetime.ApplicationStopping.IsCancellationRequested}, held {invocations.Held}, cancelled {invocations.AnyCancelled}");
        return StayAsync("StayAtStop");
    }

    public async ValueTask DisposeAsync() => await StayAsync("StayAtEnd");

    private Task StayAsync(string setting) =>
        configuration[setting] is null ? Task.CompletedTask : Task.Delay(TimeSpan.FromMinutes(1), CancellationToken.None);
}
