using FunctionJobs.Emulator.Startup;

namespace FunctionJobs.Emulator.Tests.Startup;

public sealed class HostJsonTests
{
    [Theory]
    [InlineData(null, "was not found")]
    [InlineData("{ \"version\": ", "is not valid JSON")]
    [InlineData("{}", "must be \"2.0\", and it is missing")]
    [InlineData("{ \"version\": \"3.0\" }", "and it is \"3.0\"")]
    [InlineData("{ \"version\": \"2.0\", \"functionTimeout\": \"soon\" }", "\"functionTimeout\" must be a time")]
    [InlineData("{ \"version\": \"2.0\", \"functionTimeout\": \"00:00:00\" }", "\"functionTimeout\" must be a time")]
    [InlineData("{ \"version\": \"2.0\", \"functionTimeout\": \"00:00:00.999\" }", "at least 1 second")]
    [InlineData("{ \"version\": \"2.0\", \"functionTimeout\": \"600\" }", "\"functionTimeout\" must be a time")]
    [InlineData("{ \"version\": \"2.0\", \"functionTimeout\": \"60.00:00:00\" }", "at most 24 days")]
    [InlineData("{ \"version\": \"2.0\", \"logging\": { \"logLevel\": { \"A.B\": \"Info\" } } }", "the log level of \"A.B\" must be one of Trace, Debug, Information")]
    public void What_is_wrong_with_it_is_said_with_its_path(string? content, string expected)
    {
        using var folder = new AppFolder(content);
        var refusal = Assert.Throws<StartupException>(() => HostJson.Read(folder.Path));
        Assert.Contains(expected, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(folder.Path, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(""", "functionTimeout": "00:10:00" """, 600)]
    [InlineData(""", "functionTimeout": "00:00:01" """, 1)]
    [InlineData(""", "functionTimeout": "-1" """, null)]
    [InlineData(""", "functionTimeout": -1 """, null)]
    [InlineData(""", "functionTimeout": null """, 1800)]
    [InlineData("", 1800)]
    public void The_timeout_is_a_time_or_none_and_30_minutes_unless_given(string json, int? seconds)
    {
        using var folder = new AppFolder($$"""{ "version": "2.0"{{json}} }""");
        Assert.Equal(seconds, (int?)HostJson.Read(folder.Path).FunctionTimeout?.TotalSeconds);
    }

    [Fact]
    public async Task Its_log_levels_become_the_apps()
    {
        await using var app = EmulatedApp.Build([], new()
        {
            HostJson = """{ "version": "2.0", "logging": { "logLevel": { "default": "Warning", "A.B": "Trace" } } }""",
            Configure = builder =>
            {
                Assert.Equal("Warning", builder.Configuration["Logging:LogLevel:Default"]);
                Assert.Equal("Trace", builder.Configuration["Logging:LogLevel:A.B"]);
            },
        });
        Assert.NotNull(app.Host);
    }
}
