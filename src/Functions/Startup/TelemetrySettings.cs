using System.Globalization;

namespace FunctionJobs.Functions;

/// <summary>Where traces, metrics and logs are sent. The sample API reads the same settings.</summary>
internal sealed class TelemetrySettings
{
    /// <summary>The collector's URL, e.g. <c>http://localhost:4317</c>; without it nothing is sent by OTLP.</summary>
    [ConfigurationKeyName("OTEL_EXPORTER_OTLP_ENDPOINT")]
    public string? OtlpEndpoint { get; set; }

    /// <summary>The connection string of an Application Insights resource; without it nothing is sent there.</summary>
    [ConfigurationKeyName("APPLICATIONINSIGHTS_CONNECTION_STRING")]
    public string? InsightsConnection { get; set; }

    /// <summary>With Application Insights: which of its exporter's samplers chooses the traces that are kept.</summary>
    [ConfigurationKeyName("OTEL_TRACES_SAMPLER")]
    public string? Sampler { get; set; }

    /// <summary>The share of <c>microsoft.fixed_percentage</c>, 0 to 1; the traces per second of <c>microsoft.rate_limited</c>.</summary>
    [ConfigurationKeyName("OTEL_TRACES_SAMPLER_ARG")]
    public string? SamplerArgument { get; set; }

    public bool ToOtlp => !string.IsNullOrWhiteSpace(OtlpEndpoint);

    public bool ToInsights => !string.IsNullOrWhiteSpace(InsightsConnection);

    public static TelemetrySettings Read(IConfiguration configuration) => configuration.Get<TelemetrySettings>() ?? new();

    /// <summary>What is wrong, and what to write.</summary>
    public IEnumerable<string> Problems()
    {
        if (ToOtlp && !IsUrl(OtlpEndpoint))
        {
            yield return $"OTEL_EXPORTER_OTLP_ENDPOINT is '{OtlpEndpoint}', which is no http or https URL. Write e.g. OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4317";
        }
        // The connection string is not told: it holds a key.
        if (ToInsights && !IsInsightsConnection(InsightsConnection!))
        {
            yield return "APPLICATIONINSIGHTS_CONNECTION_STRING is not a connection string of Application Insights. Write the one that the resource shows, e.g. "
                + "APPLICATIONINSIGHTS_CONNECTION_STRING=InstrumentationKey=…;IngestionEndpoint=https://…";
        }

        if (ToInsights && !IsSampler())
        {
            yield return $"OTEL_TRACES_SAMPLER is '{Sampler}' and OTEL_TRACES_SAMPLER_ARG '{SamplerArgument}', which Application Insights' exporter does not read. Write "
                + "neither, or OTEL_TRACES_SAMPLER=microsoft.fixed_percentage with 0 to 1, or OTEL_TRACES_SAMPLER=microsoft.rate_limited with traces per second, 0 or more";
        }
    }

    /// <summary>Neither is set, or one of the exporter's two samplers is, with its number. All else it would pass over in silence.</summary>
    private bool IsSampler()
    {
        var isNumber = double.TryParse(SamplerArgument, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= 0;
        return Sampler?.Trim().ToUpperInvariant() switch
        {
            null or "" => string.IsNullOrEmpty(SamplerArgument),
            "MICROSOFT.FIXED_PERCENTAGE" => isNumber && number <= 1,
            "MICROSOFT.RATE_LIMITED" => isNumber && double.IsFinite(number),
            _ => false,
        };
    }

    private static bool IsUrl(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps);

    /// <summary>Parts <c>name=value</c>, a key among them, and endpoints that are URLs.</summary>
    private static bool IsInsightsConnection(string text)
    {
        var parts = text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(part => part.Split('=', 2)).ToList();
        return parts.All(part => part.Length == 2)
            && parts.Any(part => part[0].Equals("InstrumentationKey", StringComparison.OrdinalIgnoreCase) && !string.IsNullOrWhiteSpace(part[1]))
            && parts.All(part => !part[0].EndsWith("Endpoint", StringComparison.OrdinalIgnoreCase) || IsUrl(part[1]));
    }
}
