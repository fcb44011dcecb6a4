namespace FunctionJobs.Tests;

internal static class JobWaits
{
    /// <summary>Waits until what is known of a job is as wished.</summary>
    public static async Task<JobInfo> UntilAsync(this JobHandle job, Func<JobInfo, bool> wished, string what)
    {
        JobInfo? info = null;
        try
        {
            await Eventually.TrueAsync(async () => (info = await job.GetInfoAsync()) is not null && wished(info), $"job {job.Id} {what}");
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message} It is {info}.", e);
        }

        return info!;
    }

    public static Task<JobInfo> UntilAttemptAsync(this JobHandle job, int attempt) =>
        job.UntilAsync(info => info.State == JobState.Executing && info.Attempt == attempt, $"is in attempt {attempt}");
}
