using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FunctionJobs.Functions;

/// <summary>What the app does itself, because the Functions host does not do it for a worker process.</summary>
internal static class Logs
{
    /// <summary>
    /// The levels of host.json hold for this process too. What a job logs goes to the console, unless it goes to Application Insights: the
    /// pump runs jobs outside of any invocation, and what is logged there the host does not take from a worker; its console it does.
    /// </summary>
    public static void AddLogs(this IHostApplicationBuilder builder, IConfiguration hostFile)
    {
        var levels = hostFile.GetSection("logging:logLevel");
        // First of all sources, so that the app's own settings can still say otherwise.
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource
        {
            InitialData = levels.GetChildren().Select(level => KeyValuePair.Create($"Logging:LogLevel:{level.Key}", level.Value)),
        });
        // The host forwards its worker's console to Application Insights, where the exporter has sent the same.
        if (!TelemetrySettings.Read(builder.Configuration).ToInsights)
        {
            builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        }
    }
}
