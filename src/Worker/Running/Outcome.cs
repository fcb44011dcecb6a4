using StackExchange.Redis;

namespace FunctionJobs.Worker;

/// <summary>How an attempt ended. Made only by the named factories.</summary>
internal abstract record Outcome
{
    private Outcome()
    {
    }

    public static Outcome Completed(RedisValue result, TimeSpan keepFor) => new CompletedOutcome(result, keepFor);

    public static Outcome Retry(TimeSpan delay, AttemptError error) => new RetryOutcome(delay, error);

    public static Outcome Discarded(AttemptError error) => new DiscardOutcome(error, null);

    /// <summary>Its attempts were used up before this one, which does not count.</summary>
    public static Outcome DiscardedUnrun(AttemptError error, int attemptsBefore) => new DiscardOutcome(error, attemptsBefore);

    /// <param name="keepFor">How long its record is kept; null: its job type is not known.</param>
    public static Outcome Cancelled(TimeSpan? keepFor = null) => new CancelledOutcome(keepFor);

    /// <summary>Given back before its handler was started.</summary>
    public static Outcome Released() => new ReleasedOutcome(HasBegun: false);

    /// <summary>Given back by a handler that stopped in the middle.</summary>
    public static Outcome Interrupted() => new ReleasedOutcome(HasBegun: true);

    /// <param name="delay">Until it may run.</param>
    /// <param name="limit">After so long it is discarded instead, with <paramref name="errorPastLimit"/>; null: never.</param>
    /// <param name="errorPastLimit">Goes with the limit.</param>
    /// <param name="hasBegun">Whether its handler was started.</param>
    public static Outcome Postponed(TimeSpan delay, TimeSpan? limit = null, AttemptError? errorPastLimit = null, bool hasBegun = false) =>
        new PostponeOutcome(delay, limit, errorPastLimit, hasBegun);

    /// <summary>The lease is gone: whatever the handler did, another attempt counts. Nothing is written.</summary>
    public static Outcome Lost() => LostOutcome.Instance;

    internal sealed record CompletedOutcome(RedisValue Result, TimeSpan KeepFor) : Outcome;

    internal sealed record RetryOutcome(TimeSpan Delay, AttemptError Error) : Outcome;

    internal sealed record DiscardOutcome(AttemptError Error, int? Attempt) : Outcome;

    internal sealed record PostponeOutcome(TimeSpan Delay, TimeSpan? Limit, AttemptError? ErrorPastLimit, bool HasBegun) : Outcome;

    internal sealed record CancelledOutcome(TimeSpan? KeepFor) : Outcome;

    internal sealed record ReleasedOutcome(bool HasBegun) : Outcome;

    internal sealed record LostOutcome : Outcome
    {
        public static readonly LostOutcome Instance = new();
    }
}
