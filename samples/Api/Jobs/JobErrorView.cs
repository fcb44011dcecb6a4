namespace FunctionJobs.Samples.Api;

/// <summary>What callers are shown of a failed attempt.</summary>
/// <param name="Attempt">From 1.</param>
/// <param name="At">When, by Redis's clock.</param>
/// <param name="Kind">The exception's type name, or what the worker saw.</param>
/// <param name="Message">The reason, where it was written to be read by others; null where an exception speaks for itself.</param>
internal sealed record JobErrorView(int Attempt, DateTimeOffset At, string Kind, string? Message)
{
    /// <summary>
    /// A handler's own reason to discard its job, a mail server's refusal without the addresses among them, and the worker's own words. What any
    /// other exception says may name hosts, ports and folders of ours: it stays in the job's record.
    /// </summary>
    private static readonly string[] Told =
    [
        "DiscardJobException", "Timeout", "WorkerLost", "AttemptsUsedUp", "UnknownJobName", "BadArguments", "ResultTooLarge", "ResultNotWritable",
    ];

    public static JobErrorView Of(JobError error) => new(error.Attempt, error.At, error.Kind, Told.Contains(error.Kind) ? error.Message : null);
}
