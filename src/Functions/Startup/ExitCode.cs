using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace FunctionJobs.Functions;

/// <summary>What the process says when it has ended.</summary>
internal static class ExitCode
{
    /// <summary>
    /// Runs the app until it stops. A background service that fails stops it as if somebody had asked for that; but a Functions host of before
    /// 2026 starts a worker again only after a failure (azure-functions-host #11500).
    /// </summary>
    /// <returns>0, or 1 when a background service has failed.</returns>
    public static async Task<int> RunToEndAsync(this IHost app)
    {
        // Before the run, which disposes of the services at its end.
        var services = app.Services.GetServices<IHostedService>().OfType<BackgroundService>().ToList();
        await app.RunAsync();
        return services.Exists(service => service.ExecuteTask is { IsFaulted: true }) ? 1 : 0;
    }
}
