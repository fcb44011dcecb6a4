namespace FunctionJobs.Functions;

/// <summary>Sends the mail that greets a new user, one per user: a second job for the same user sends nothing.</summary>
/// <param name="UserId">The user's id; the mail's Message-ID is made from it.</param>
/// <param name="Email">The address.</param>
/// <param name="Name">How the user is greeted.</param>
public sealed record SendWelcomeEmail(long UserId, string Email, string Name) : IJob
{
    /// <inheritdoc/>
    public static string JobName => "send_welcome_email";

    /// <inheritdoc/>
    public static JobQueue Queue { get; } = JobQueue.List("welcome-email");
}
