using Hangfire;

namespace FunctionJobs.Bench;

/// <summary>Hangfire has no bulk enqueue.</summary>
internal sealed class HangfireProducer : Producer
{
    private readonly BackgroundJobClient client = new();

    protected override Task EnqueueAsync(int number, string name)
    {
        client.Enqueue<Welcome>(job => job.Run(Arguments.Id(number), Arguments.Email(number), name));
        return Task.CompletedTask;
    }
}

/// <summary>The no-op job.</summary>
public sealed class Welcome
{
#pragma warning disable CA1822, CA1801, IDE0060 // Hangfire makes an object and calls the method with the job's arguments.
    public void Run(int userId, string email, string name) => JobCount.Ran(name);
#pragma warning restore CA1822, CA1801, IDE0060
}
