using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FunctionJobs.Emulator.Startup;

/// <summary>What an app starts with before its own <c>Program.cs</c> adds to it.</summary>
internal static class AppDefaults
{
    /// <summary>The host gives a worker about this long after SIGTERM, then kills it.</summary>
    public static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Makes the builder of the generic host, with settings and console as a Functions app has them.</summary>
    public static HostApplicationBuilder CreateBuilder(string[]? args, EmulatorSetup setup, LocalSettings local)
    {
        var configuration = new ConfigurationManager();
        configuration.AddEnvironmentVariables("AZURE_FUNCTIONS_");

        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings
        {
            Args = args,
            Configuration = configuration,
            ContentRootPath = setup.BaseDirectory,
            EnvironmentName = EnvironmentName(configuration, local),
        });
        AddLocalSettings(builder.Configuration, local);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = ShutdownTimeout);
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss.fff ";
        });
        return builder;
    }

    /// <summary>Adds the log levels as the first of all sources, so that an app's own appsettings.json can still say otherwise.</summary>
    public static void AddLogLevels(ConfigurationManager configuration, HostJson hostJson) =>
        configuration.Sources.Insert(0, new MemoryConfigurationSource
        {
            InitialData = hostJson.LogLevels.Select(level => KeyValuePair.Create($"Logging:LogLevel:{level.Key}", level.Value)),
        });

    // Core Tools run an app as Development unless told otherwise.
    private static string EnvironmentName(ConfigurationManager configuration, LocalSettings local) =>
        configuration["ENVIRONMENT"]
        ?? Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT")
        ?? local.Values.GetValueOrDefault("AZURE_FUNCTIONS_ENVIRONMENT")
        ?? Environments.Development;

    // Just below the environment: above appsettings.json, and any variable that is set wins.
    private static void AddLocalSettings(ConfigurationManager configuration, LocalSettings local)
    {
        var environment = configuration.Sources.ToList()
            .FindLastIndex(source => source is EnvironmentVariablesConfigurationSource { Prefix: null or "" });
        configuration.Sources.Insert(environment, new MemoryConfigurationSource { InitialData = local.Values });
    }
}
