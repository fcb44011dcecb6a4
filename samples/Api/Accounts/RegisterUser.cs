using Microsoft.AspNetCore.Mvc;

namespace FunctionJobs.Samples.Api;

/// <summary>What a new user is told.</summary>
/// <param name="Id">The user's id.</param>
/// <param name="JobId">The id of the job that sends the welcome mail.</param>
/// <param name="Queue">Its queue.</param>
/// <param name="StatusUrl">Where its state can be read.</param>
internal sealed record RegisteredUser(long Id, string JobId, string Queue, string StatusUrl);

/// <summary>Opens an account and has the welcome mail sent. There are no passwords: logging in is not what this sample shows.</summary>
internal static class RegisterUser
{
    private const long MostBytes = 16 * 1024;

    public static void MapRegisterUser(this IEndpointRouteBuilder app) => app
        .MapPost("/auth/register", HandleAsync)
        .WithMetadata(new RequestSizeLimitAttribute(MostBytes))
        .WithSummary("Opens an account; a welcome mail follows two seconds later.")
        .Produces<RegisteredUser>(StatusCodes.Status201Created)
        .ProducesValidationProblem()
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private static async Task<IResult> HandleAsync(NewUser? user, Users users, CancellationToken cancellationToken)
    {
        user ??= new NewUser(null, null);
        if (user.Problems() is { Count: > 0 } problems)
        {
            return TypedResults.ValidationProblem(problems);
        }

        if (await users.AddAsync(user.Email!, user.Name!.Trim(), cancellationToken) is not var (id, mail))
        {
            return TypedResults.Problem(
                statusCode: StatusCodes.Status409Conflict,
                title: "This address has an account already.",
                detail: "An account that was opened a moment ago is there even if its answer got lost, and its mail is on the way.");
        }

        var statusUrl = ShowJob.UrlOf(mail);
        return TypedResults.Created((string?)null, new RegisteredUser(id, mail.Id, mail.Queue, statusUrl));
    }
}
