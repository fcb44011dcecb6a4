using FunctionJobs.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace FunctionJobs.Functions;

/// <summary>An invocation that holds the pump and a job that has just begun must be over before the host kills their process.</summary>
internal sealed class FunctionTimeoutCheck(TimeSpan functionTimeout, IOptionsMonitor<JobTypeOptions> types) : IValidateOptions<JobWorkerOptions>
{
    public ValidateOptionsResult Validate(string? name, JobWorkerOptions options)
    {
        var (longest, timeout) = new[] { SendWelcomeEmail.JobName, ResizePostImage.JobName }
            .Select(type => (type, types.Get(type).Timeout))
            .MaxBy(type => type.Timeout);
        return options.HoldInvocationFor + timeout < functionTimeout
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                $"Jobs__HoldInvocationFor is {options.HoldInvocationFor} and Jobs__Types__{longest}__Timeout is {timeout}; together they must be less than functionTimeout "
                + $"of host.json, which is {functionTimeout}: then the host kills the process, with all that runs in it. Write shorter ones, or a longer functionTimeout");
    }
}

internal static class FunctionTimeout
{
    public static void AddFunctionTimeout(this IHostApplicationBuilder builder)
    {
        if (HostFile.FunctionTimeout(HostFile.Read()) is { } timeout)
        {
            builder.Services.AddSingleton<IValidateOptions<JobWorkerOptions>>(
                services => new FunctionTimeoutCheck(timeout, services.GetRequiredService<IOptionsMonitor<JobTypeOptions>>()));
        }
    }
}
