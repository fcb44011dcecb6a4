using FunctionJobs.Functions;
using Microsoft.Extensions.Configuration;

namespace FunctionJobs.Tests.Startup;

public sealed class TelemetrySettingsTests
{
    private const string Insights = "APPLICATIONINSIGHTS_CONNECTION_STRING";
    private const string Connection = "InstrumentationKey=a;IngestionEndpoint=https://example.com";

    [Theory]
    [InlineData("always_on", null)]
    [InlineData("parentbased_traceidratio", "0.5")]
    [InlineData("microsoft.fixed_percentage", null)]
    [InlineData("microsoft.fixed_percentage", "100")]
    [InlineData("microsoft.fixed_percentage", "all")]
    [InlineData("microsoft.rate_limited", "-1")]
    [InlineData("microsoft.rate_limited", "NaN")]
    [InlineData("microsoft.rate_limited", "Infinity")]
    [InlineData(null, "0.5")]
    public void A_sampler_that_Application_Insights_would_pass_over_is_told(string? sampler, string? argument)
    {
        var problem = Assert.Single(Problems((Insights, Connection), ("OTEL_TRACES_SAMPLER", sampler), ("OTEL_TRACES_SAMPLER_ARG", argument)));

        Assert.StartsWith(
            $"OTEL_TRACES_SAMPLER is '{sampler}' and OTEL_TRACES_SAMPLER_ARG '{argument}', which Application Insights' exporter does not read. Write ",
            problem,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("microsoft.fixed_percentage", "1.0")]
    [InlineData("Microsoft.Rate_Limited", "0.5")]
    [InlineData("", "")]
    [InlineData(null, null)]
    public void A_sampler_that_Application_Insights_reads_is_taken(string? sampler, string? argument) =>
        Assert.Empty(Problems((Insights, Connection), ("OTEL_TRACES_SAMPLER", sampler), ("OTEL_TRACES_SAMPLER_ARG", argument)));

    [Fact]
    public void Without_Application_Insights_the_samplers_are_left_to_OpenTelemetry() =>
        Assert.Empty(Problems(("OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:4317"), ("OTEL_TRACES_SAMPLER", "always_on")));

    private static IEnumerable<string> Problems(params (string Name, string? Value)[] settings) =>
        TelemetrySettings.Read(new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, setting.Value)))
            .Build()).Problems();
}
