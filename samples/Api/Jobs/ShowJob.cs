using System.Text.Json;
using FunctionJobs.Functions;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FunctionJobs.Samples.Api;

/// <summary>Shows a job, and waits for its end when asked to.</summary>
internal static class ShowJob
{
    private const int LongestWait = 30;

    /// <summary>The queues of this app. Others are none of a caller's business.</summary>
    private static readonly string[] Queues = [SendWelcomeEmail.Queue.Name, ResizePostImage.Queue.Name];

    public static string UrlOf(JobHandle job) => $"/jobs/{job.Queue}/{job.Id}";

    public static void MapShowJob(this IEndpointRouteBuilder app) => app
        .MapGet("/jobs/{queue}/{id}", HandleAsync)
        .WithSummary("A job's state, attempts, times, errors and result; with ?wait=5 after its end, or after 5 seconds.")
        .Produces<JobView>()
        .ProducesValidationProblem()
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private static async Task<IResult> HandleAsync(
        string queue, string id, IJobEnqueuer jobs, CancellationToken cancellationToken, int wait = 0)
    {
        if (wait is < 0 or > LongestWait)
        {
            return TypedResults.ValidationProblem(new Dictionary<string, string[]> { ["wait"] = [$"0 to {LongestWait} seconds."] });
        }

        if (!Queues.Contains(queue) || Handle(jobs, queue, id) is not { } job || await job.GetInfoAsync(cancellationToken) is not { } info)
        {
            return NotFound(queue);
        }

        if (wait > 0 && !info.State.IsFinal())
        {
            await WaitAsync(job, TimeSpan.FromSeconds(wait), cancellationToken);
            if (await job.GetInfoAsync(cancellationToken) is not { } later)
            {
                return NotFound(queue);
            }

            info = later;
        }

        return TypedResults.Ok(JobView.Of(info));
    }

    private static async Task WaitAsync(JobHandle job, TimeSpan wait, CancellationToken cancellationToken)
    {
        try
        {
            await job.WaitForResultAsync<JsonElement>(wait, cancellationToken);
        }
        catch (Exception e) when (e is TimeoutException or JobFailedException or JobNotFoundException)
        {
            // Whatever has become of it is shown.
        }
    }

    private static JobHandle? Handle(IJobEnqueuer jobs, string queue, string id)
    {
        try
        {
            return jobs.GetJob(queue, id);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static ProblemHttpResult NotFound(string queue) => TypedResults.Problem(
        statusCode: StatusCodes.Status404NotFound,
        title: "No such job.",
        detail: Queues.Contains(queue)
            ? "There never was one of this id, or its result is no longer kept."
            : $"The queues are {string.Join(" and ", Queues)}.");
}
