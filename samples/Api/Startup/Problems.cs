using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;
using Npgsql;

namespace FunctionJobs.Samples.Api;

/// <summary>Every failure is answered with problem details that say what to mend, and nothing about our insides.</summary>
internal static class Problems
{
    public static void AddProblems(this IServiceCollection services)
    {
        services.AddProblemDetails();
        services.AddExceptionHandler<ProblemHandler>();
        // Also outside of development: the handler then knows which field could not be read.
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
    }

    public static void UseProblems(this WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.Use(RefuseUnknownCharset);
    }

    /// <summary>The reader of JSON takes a character set that does not exist for a fault of the server.</summary>
    private static Task RefuseUnknownCharset(HttpContext context, RequestDelegate next)
    {
        if (!MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type) || !type.Charset.HasValue || type.Encoding is not null)
        {
            return next(context);
        }

        context.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
        return Task.CompletedTask;
    }
}

internal sealed partial class ProblemHandler(IProblemDetailsService problems, ILogger<ProblemHandler> logger) : IExceptionHandler
{
    private const string RetryAfterSeconds = "5";

    public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        var problem = exception switch
        {
            BadHttpRequestException { InnerException: JsonException json } => Unreadable(json),
            BadHttpRequestException bad => new ProblemDetails { Status = bad.StatusCode, Detail = bad.Message },
            InvalidUploadException bad => Invalid(bad.Field, bad.Message),
            ImageTooLargeException => TooLarge(),
            JobQueueUnavailableException away => Unavailable("The job queue", away),
            ImageStoreException away => Unavailable("The image store", away),
            NpgsqlException away when IsAway(away) => Unavailable("The database", away),
            _ => null,
        };
        if (problem is null)
        {
            return false;
        }

        context.Response.StatusCode = problem.Status!.Value;
        if (problem.Status == StatusCodes.Status503ServiceUnavailable)
        {
            context.Response.Headers.RetryAfter = RetryAfterSeconds;
        }

        return await problems.TryWriteAsync(new ProblemDetailsContext { HttpContext = context, ProblemDetails = problem, Exception = exception });
    }

    private static HttpValidationProblemDetails Invalid(string field, string message) =>
        new(new Dictionary<string, string[]> { [field] = [message] }) { Status = StatusCodes.Status400BadRequest };

    private static HttpValidationProblemDetails Unreadable(JsonException json) =>
        json.Path is { Length: > 2 } path && path.StartsWith("$.", StringComparison.Ordinal)
            ? Invalid(path[2..], "This is not a value of the kind that is expected here.")
            : Invalid("body", "The body is not the JSON object that is expected here.");

    private static HttpValidationProblemDetails TooLarge()
    {
        var problem = Invalid("image", $"The image is larger than {UploadLimits.MaxBytes / 1048576} MB, which is the limit.");
        problem.Status = StatusCodes.Status413PayloadTooLarge;
        return problem;
    }

    private ProblemDetails Unavailable(string what, Exception reason)
    {
        LogUnavailable(reason, what);
        return new ProblemDetails
        {
            Status = StatusCodes.Status503ServiceUnavailable,
            Detail = $"{what} cannot be reached at the moment; try again in {RetryAfterSeconds} s.",
        };
    }

    /// <summary>Not reached, or stopping: a second try may do better. What the server says of a statement is a fault of ours.</summary>
    private static bool IsAway(NpgsqlException e) => e is not PostgresException answer || answer.IsTransient;

    [LoggerMessage(Level = LogLevel.Warning, Message = "{What} cannot be reached; the request was refused.")]
    private partial void LogUnavailable(Exception reason, string what);
}
