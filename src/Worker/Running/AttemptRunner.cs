using System.Collections.Concurrent;
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
    private static readonly TimeSpan UnknownNameSaidEvery = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, long> unknownNameSaid = new(StringComparer.Ordinal);

    public async ValueTask<Outcome> RunAsync(WorkerQueue queue, Attempt attempt)
    {
        JobEnvelope envelope;
        try
        {
            envelope = JobEnvelope.Read(attempt.Job.Record);
        }
        catch (JsonException e)
        {
            LogUnreadable(attempt.Job.Id, queue.Name);
            return Outcome.Discarded(AttemptError.BadArguments("(unreadable record)", e, _ => false));
        }

        if (types.Find(envelope.Name) is not { } type)
        {
            var limit = queue.Options.UnknownJobNameFor;
            TellUnknownName(queue, attempt.Job.Id, envelope.Name, limit);
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
    public Outcome GivenUp(WorkerQueue queue, Attempt attempt) => attempt.Terms is { } terms
        ? Failed(queue, attempt, terms, new OperationCanceledException("The handler ignored its cancelled token."))
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
        using var activity = WorkerTelemetry.StartAttempt(queue.Name, attempt.Job, envelope);
        var outcome = await RunNowAsync(queue, attempt, terms, envelope);
        WorkerTelemetry.Ended(activity, outcome);
        return outcome;
    }

    private async ValueTask<Outcome> RunNowAsync(WorkerQueue queue, Attempt attempt, AttemptTerms terms, JobEnvelope envelope)
    {
        var type = terms.Type;
        IJob job;
        try
        {
            job = type.ReadArgs(envelope.Args.Span, settings.Serializer);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return Unreadable(queue, attempt, terms, e);
        }

        WorkerTelemetry.Started(queue.Name, envelope.EnqueuedAt, attempt);
        try
        {
            var identity = new JobIdentity(
                queue.Name, attempt.Job.Id, type.Name, attempt.Job.Attempt, terms.MaxAttempts, envelope.EnqueuedAt, attempt.Job.Lease);
            var context = new JobContext(identity, keys, queue, attempt.Token);
            if (OpenScope() is not { } scope)
            {
                // The host is gone without having been stopped.
                return Outcome.Released();
            }

            try
            {
                attempt.StartTimeout(terms.Timeout);
                var result = await type.RunAsync(scope.ServiceProvider, job, context, settings.Serializer);
                return Ended(queue, attempt, terms, result);
            }
            finally
            {
                await DisposeAsync(scope, queue, attempt);
            }
        }
        catch (Exception e)
        {
            return Failed(queue, attempt, terms, e);
        }
        finally
        {
            WorkerTelemetry.Ran(queue.Name, type.Name, attempt.Elapsed);
        }
    }

    private Outcome Unreadable(WorkerQueue queue, Attempt attempt, AttemptTerms terms, Exception exception)
    {
        // A job type's own constructors and converters may throw anything, and quote the value.
        var type = terms.Type;
        TellFailure(queue, attempt, exception);
        return Discarded(queue, attempt, terms, AttemptError.BadArguments(type.Name, exception, name => type.HasArgument(name, settings.Serializer)));
    }

    private AsyncServiceScope? OpenScope()
    {
        try
        {
            return scopes.CreateAsyncScope();
        }
        catch (ObjectDisposedException)
        {
            return null;
        }
    }

    /// <summary>The handler has had its say: what its services throw when they are disposed of changes no outcome.</summary>
    private async Task DisposeAsync(AsyncServiceScope scope, WorkerQueue queue, Attempt attempt)
    {
        try
        {
            await scope.DisposeAsync();
        }
        catch (Exception e)
        {
            LogNotDisposed(attempt.Job.Id, queue.Name, e.GetType().Name);
        }
    }

    private Outcome Ended(WorkerQueue queue, Attempt attempt, AttemptTerms terms, byte[]? result) => attempt.Reason switch
    {
        _ when attempt.HandlerEnded => Outcome.Lost(),
        CancelReason.LeaseLost => Outcome.Lost(),
        CancelReason.Timeout => RetryOrDiscard(queue, attempt, terms, null, AttemptError.TimedOut(terms.Timeout)),
        _ when result?.Length > JobLimits.MaxArgsBytes => Discarded(queue, attempt, terms, AttemptError.ResultTooLarge(result.Length)),
        _ => Outcome.Completed(result ?? RedisValue.EmptyString, terms.Type.Options.KeepResultFor),
    };

    private Outcome Failed(WorkerQueue queue, Attempt attempt, AttemptTerms terms, Exception exception)
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
                return RetryOrDiscard(queue, attempt, terms, null, AttemptError.TimedOut(terms.Timeout));
        }

        TellFailure(queue, attempt, exception);
        return exception switch
        {
            DiscardJobException => Discarded(queue, attempt, terms, AttemptError.Of(exception)),
            UnwritableResultException { InnerException: { } why } => Discarded(queue, attempt, terms, AttemptError.ResultNotWritable(why)),
            _ => RetryOrDiscard(queue, attempt, terms, (exception as RetryJobException)?.Delay, AttemptError.Of(exception)),
        };
    }

    private Outcome RetryOrDiscard(WorkerQueue queue, Attempt attempt, AttemptTerms terms, TimeSpan? delay, AttemptError error)
    {
        if (attempt.Job.Attempt >= terms.MaxAttempts)
        {
            return Discarded(queue, attempt, terms, error);
        }

        var after = delay ?? Backoff.After(terms.Type.Options, attempt.Job.Attempt, settings.Random.NextDouble());
        LogFailed(attempt.Job.Id, terms.Type.Name, queue.Name, attempt.Job.Attempt, terms.MaxAttempts, error.Kind, after.TotalSeconds);
        return Outcome.Retry(after, error);
    }

    private Outcome Discarded(WorkerQueue queue, Attempt attempt, AttemptTerms terms, AttemptError error)
    {
        LogDiscarded(attempt.Job.Id, terms.Type.Name, queue.Name, attempt.Job.Attempt, terms.MaxAttempts, error.Kind);
        return Outcome.Discarded(error);
    }

    // A log that writes the exception calls what the app wrote for it, which may throw.
    private void TellFailure(WorkerQueue queue, Attempt attempt, Exception exception)
    {
        try
        {
            LogFailure(exception, attempt.Job.Id, queue.Name);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
        }
    }

    // Each such job comes back every second.
    private void TellUnknownName(WorkerQueue queue, string jobId, string jobName, TimeSpan limit)
    {
        if (unknownNameSaid.TryGetValue(queue.Name, out var last) && settings.Time.GetElapsedTime(last) < UnknownNameSaidEvery)
        {
            return;
        }

        unknownNameSaid[queue.Name] = settings.Time.GetTimestamp();
        LogUnknownName(jobId, queue.Name, jobName, limit);
    }
}
