using FunctionJobs.Schema;
using FunctionJobs.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FunctionJobs.Functions;

/// <summary>An app that cannot work says why in a few lines and exits.</summary>
internal static partial class StartupFailure
{
    /// <summary>Checks every setting before anything is connected or started, so that all that is wrong is said at once.</summary>
    /// <exception cref="OptionsValidationException">A setting is missing or wrong.</exception>
    public static void CheckSettings(this IHostApplicationBuilder builder)
    {
        using var options = builder.Services.BuildServiceProvider();
        foreach (var unknown in SettingNames.Unknown(builder.Configuration))
        {
            LogUnknown(options.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(StartupFailure).FullName!), unknown);
        }

        options.GetService<IStartupValidator>()?.Validate();
    }

    [LoggerMessage(LogLevel.Warning, "{Unknown}")]
    private static partial void LogUnknown(ILogger log, string unknown);

    /// <summary>What to tell the person who started the app, or null for a failure that is a fault of ours.</summary>
    public static string? Describe(Exception failure) => failure switch
    {
        OptionsValidationException e => Lines(e.Failures),
        AggregateException e when e.InnerExceptions.All(inner => inner is OptionsValidationException) =>
            Lines(e.InnerExceptions.SelectMany(inner => ((OptionsValidationException)inner).Failures)),
        InvalidOperationException { Source: "Microsoft.Extensions.Configuration.Binder" } e => Lines([UnreadableValue.Describe(e.Message)]),
        InvalidOperationException { Source: "Microsoft.Extensions.Logging.Configuration" } e =>
            Lines([$"Logging__LogLevel: {e.Message} Write Trace, Debug, Information, Warning, Error, Critical or None."]),
        JobWorkerStartException e => Lines([$"Redis: {e.Message}"]),
        SchemaException e => Lines([$"Postgres: {e.Message}"]),
        _ => null,
    };

    // Each with a word by which a Functions host knows an error of its worker: it shows the last of them as the reason of the failed start.
    private static string Lines(IEnumerable<string> reasons) =>
        string.Join(Environment.NewLine, reasons.Distinct().Prepend("The app cannot start. See docs/configuration.md.").Select((line, i) => i == 0 ? line : "  Error: " + line));
}
