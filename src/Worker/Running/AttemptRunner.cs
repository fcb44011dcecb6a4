using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace FunctionJobs.Worker;

/// <summary>Runs one attempt: reads the job, calls its handler, and says how it ended.</summary>
internal sealed partial class AttemptRunner(
    JobTypes types, IdempotencyKeys keys, IServiceScopeFactory scopes, WorkerSettings settings, ILogger<AttemptRunner> log)
{
    private static readonly TimeSpan UnknownNameDelay = TimeSpan.FromSeconds(1);

    public async ValueTask<Outcome> RunAsync(WorkerQueue queue, Attempt attempt)
    {
        JobEnvelope envelope;
        try
        {
            envelope = JobEnvelope.Read(attempt.Job.Record);
        }
        catch (JsonException e)
        {
            return Outcome.Discarded(AttemptError.BadArguments("(unreadable record)", e, _ => false));
        }

        if (types.Find(envelope.Name) is not { } type)
        {
            var limit = queue.Options.UnknownJobNameFor;
            LogUnknownName(attempt.Job.Id, queue.Name, envelope.Name, limit);
            return Outcome.Postponed(UnknownNameDelay, limit, AttemptError.UnknownJobName(envelope.Name, limit));
        }

        var maxAttempts = envelope.MaxAttempts ?? type.Options.MaxAttempts;
        if (attempt.Job.Attempt > maxAttempts)
        {
            LogUsedUp(attempt.Job.Id, queue.Name, maxAttempts, attempt.Job.Losses);
            return Outcome.DiscardedUnrun(AttemptError.AttemptsUsedUp(maxAttempts, attempt.Job.Losses), maxAttempts);
        }

        // Of a job that was leased ahead a loss does not count. The last attempt must: there is not to be one more.
        if (attempt.Job.IsAhead && attempt.Job.Attempt == maxAttempts && await BeginAsync(queue, attempt) is { } instead)
        {
            return instead;
        }

        attempt.Terms = new AttemptTerms(type, envelope.Timeout ?? type.Options.Timeout, maxAttempts);
        return await RunAsync(queue, attempt, attempt.Terms, envelope);
    }

    /// <returns>How an attempt ends whose handler has ignored its cancelled token until the app's end.</returns>
    public Outcome GivenUp(Attempt attempt) => attempt.Terms is { } terms
        ? Failed(attempt, terms, new OperationCanceledException("The handler ignored its cancelled token."))
        : Outcome.Lost();

    /// <returns>Null when it may run.</returns>
    private static async Task<Outcome?> BeginAsync(WorkerQueue queue, Attempt attempt)
    {
        try
        {
            return await Begin.RunAsync(queue, attempt.Job) ? null : Outcome.Lost();
        }
        catch (Exception e) when (e is RedisException or TimeoutException or OperationCanceledException)
        {
            return Outcome.Released();
        }
    }

    private async ValueTask<Outcome> RunAsync(WorkerQueue queue, Attempt attempt, AttemptTerms terms, JobEnvelope envelope)
    {
        var type = terms.Type;
        IJob job;
        try
        {
            job = type.ReadArgs(envelope.Args.Span, settings.Serializer);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return Unreadable(attempt, terms, e);
        }

        using var activity = WorkerTelemetry.StartAttempt(queue.Name, attempt.Job, envelope);
        WorkerTelemetry.Started(queue.Name, envelope.EnqueuedAt, attempt);
        try
        {
            var identity = new JobIdentity(
                queue.Name, attempt.Job.Id, type.Name, attempt.Job.Attempt, terms.MaxAttempts, envelope.EnqueuedAt, attempt.Job.Lease);
            var context = new JobContext(identity, keys, queue, attempt.Token);
            attempt.StartTimeout(terms.Timeout);
            var result = await RunInScopeAsync(type, job, context);
            return Ended(attempt, terms, result);
        }
        catch (Exception e)
        {
            activity?.SetStatus(ActivityStatusCode.Error, e.GetType().Name);
            return Failed(attempt, terms, e);
        }
        finally
        {
            WorkerTelemetry.Ran(queue.Name, type.Name, attempt.Elapsed);
        }
    }

    private Outcome Unreadable(Attempt attempt, AttemptTerms terms, Exception exception)
    {
        // A job type's own constructors and converters may throw anything, and quote the value.
        var type = terms.Type;
        LogFailed(attempt.Job.Id, type.Name, attempt.Job.Attempt, terms.MaxAttempts, AttemptError.BadArgumentsKind);
        LogFailure(exception, attempt.Job.Id);
        return Outcome.Discarded(AttemptError.BadArguments(type.Name, exception, name => type.HasArgument(name, settings.Serializer)));
    }

    private async Task<byte[]?> RunInScopeAsync(JobType type, IJob job, JobContext context)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await type.RunAsync(scope.ServiceProvider, job, context, settings.Serializer);
    }

    private Outcome Ended(Attempt attempt, AttemptTerms terms, byte[]? result) => attempt.Reason switch
    {
        _ when attempt.HandlerEnded => Outcome.Lost(),
        CancelReason.LeaseLost => Outcome.Lost(),
        CancelReason.Timeout => RetryOrDiscard(attempt, terms, null, AttemptError.TimedOut(terms.Timeout)),
        _ when result?.Length > JobLimits.MaxArgsBytes => Outcome.Discarded(AttemptError.ResultTooLarge(result.Length)),
        _ => Outcome.Completed(result ?? RedisValue.EmptyString, terms.Type.Options.KeepResultFor),
    };

    private Outcome Failed(Attempt attempt, AttemptTerms terms, Exception exception)
    {
        switch (attempt.Reason)
        {
            case CancelReason.LeaseLost:
            case var _ when attempt.HandlerEnded:
                return Outcome.Lost();
            case CancelReason.Requested:
                return Outcome.Cancelled(terms.Type.Options.KeepResultFor);
            case CancelReason.Shutdown:
                return Outcome.Interrupted();
            case CancelReason.Timeout:
                LogFailed(attempt.Job.Id, terms.Type.Name, attempt.Job.Attempt, terms.MaxAttempts, "Timeout");
                return RetryOrDiscard(attempt, terms, null, AttemptError.TimedOut(terms.Timeout));
        }

        LogFailed(attempt.Job.Id, terms.Type.Name, attempt.Job.Attempt, terms.MaxAttempts, exception.GetType().Name);
        LogFailure(exception, attempt.Job.Id);
        return exception is DiscardJobException
            ? Outcome.Discarded(AttemptError.Of(exception))
            : RetryOrDiscard(attempt, terms, (exception as RetryJobException)?.Delay, AttemptError.Of(exception));
    }

    private Outcome RetryOrDiscard(Attempt attempt, AttemptTerms terms, TimeSpan? delay, AttemptError error) =>
        attempt.Job.Attempt >= terms.MaxAttempts
            ? Outcome.Discarded(error)
            : Outcome.Retry(delay ?? Backoff.After(terms.Type.Options, attempt.Job.Attempt, settings.Random.NextDouble()), error);
}
