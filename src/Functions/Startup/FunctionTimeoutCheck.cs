using FunctionJobs.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace FunctionJobs.Functions;

/// <summary>An invocation that holds the pump and a job that has just begun must be over before the host kills their process.</summary>
internal sealed class FunctionTimeoutCheck(TimeSpan functionTimeout, IOptions<JobWorkerOptions> worker) : IValidateOptions<JobTypeOptions>
{
    public ValidateOptionsResult Validate(string? name, JobTypeOptions options)
    {
        var hold = worker.Value.HoldInvocationFor;
        return hold + options.Timeout < functionTimeout
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                $"Jobs__HoldInvocationFor is {hold} and Jobs__Types__{name}__Timeout is {options.Timeout}; together they must be less than functionTimeout "
                + $"of host.json, which is {functionTimeout}: then the host kills the process, with all that runs in it. Write shorter ones, or a longer functionTimeout");
    }
}

internal static class FunctionTimeout
{
    public static void AddFunctionTimeout(this IHostApplicationBuilder builder, IConfiguration hostFile)
    {
        if (HostFile.FunctionTimeout(hostFile) is { } timeout)
        {
            builder.Services.AddSingleton<IValidateOptions<JobTypeOptions>>(
                services => new FunctionTimeoutCheck(timeout, services.GetRequiredService<IOptions<JobWorkerOptions>>()));
        }
    }
}
