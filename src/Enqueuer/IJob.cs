namespace FunctionJobs;

/// <summary>
/// A kind of job: a record whose properties are the job's arguments and that says its own name and queue.
/// </summary>
/// <example>
/// <code>
/// public sealed record SendWelcomeEmail(long UserId, string Email, string Name) : IJob
/// {
///     public static string JobName => "send_welcome_email";
///     public static JobQueue Queue { get; } = JobQueue.List("welcome-email");
/// }
/// </code>
/// </example>
public interface IJob
{
    /// <summary>
    /// The name under which producers and workers know this kind of job: 1 to 128 characters, letters, digits, and
    /// <c>. _ - :</c>. It travels with the job, so it must not change while jobs of that name wait.
    /// </summary>
    static abstract string JobName { get; }

    /// <summary>The queue that jobs of this kind go to unless <see cref="EnqueueOptions.Queue"/> says otherwise.</summary>
    static abstract JobQueue Queue { get; }
}
