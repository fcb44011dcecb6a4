namespace FunctionJobs.Bench;

/// <summary>The machine's own clock, which the programs of all languages share.</summary>
public static class Clock
{
    /// <summary>Microseconds since 1970.</summary>
    public static long Microseconds() =>
        (TimeProvider.System.GetUtcNow().Ticks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
}
