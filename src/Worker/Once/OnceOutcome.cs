namespace FunctionJobs.Worker;

/// <summary>The outcome of a side effect that is done once.</summary>
/// <param name="Value">What the effect returned, now or then.</param>
/// <param name="RanNow">Whether this call ran the effect; false when an earlier one had.</param>
public sealed record OnceOutcome<T>(T Value, bool RanNow);
