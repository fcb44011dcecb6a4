using FunctionJobs.Functions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace FunctionJobs.Tests.Startup;

public sealed class LogsTests
{
    [Fact]
    public void Levels_of_host_json_hold_for_the_app_itself()
    {
        var loggers = Loggers();

        Assert.False(loggers.CreateLogger("Npgsql.Command").IsEnabled(LogLevel.Information));
        Assert.True(loggers.CreateLogger("Npgsql.Command").IsEnabled(LogLevel.Warning));
        Assert.True(loggers.CreateLogger("FunctionJobs.Worker.QueuePump").IsEnabled(LogLevel.Information));
        Assert.False(loggers.CreateLogger("FunctionJobs.Worker.QueuePump").IsEnabled(LogLevel.Debug));
    }

    [Fact]
    public void Settings_of_the_app_win_over_levels_of_host_json() =>
        Assert.True(Loggers(("Logging:LogLevel:Npgsql", "Debug")).CreateLogger("Npgsql.Command").IsEnabled(LogLevel.Debug));

    [Theory]
    [InlineData("", true)]
    [InlineData("InstrumentationKey=00000000-0000-0000-0000-000000000000", false)]
    public void Console_is_written_to_unless_Application_Insights_gets_the_same(string insights, bool expected)
    {
        using var app = App(("APPLICATIONINSIGHTS_CONNECTION_STRING", insights));

        Assert.Equal(expected, app.Services.GetServices<ILoggerProvider>().Any(provider => provider is ConsoleLoggerProvider));
    }

    private static ILoggerFactory Loggers(params (string Name, string Value)[] settings) => App(settings).Services.GetRequiredService<ILoggerFactory>();

    private static IHost App(params (string Name, string Value)[] settings)
    {
        var builder = new HostApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value)));
        builder.AddLogs(HostFile.Read());
        return builder.Build();
    }
}
