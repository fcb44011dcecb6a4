using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Options;

namespace FunctionJobs.Worker;

/// <summary>Names each setting of the section <c>Jobs</c> that is wrong, its value, and what to write.</summary>
internal sealed class JobOptionsCheck : IValidateOptions<JobWorkerOptions>, IValidateOptions<JobTypeOptions>
{
    public ValidateOptionsResult Validate(string? name, JobWorkerOptions options)
    {
        const string prefix = JobWorkerServices.Section + "__";
        var wrong = OutOfRange(prefix, options).ToList();
        if (options.RenewEvery > options.Lease / 2)
        {
            wrong.Add(
                $"{prefix}{nameof(options.RenewEvery)} is {Text(options.RenewEvery)}, and must be at most half of {prefix}{nameof(options.Lease)}, "
                + $"which is {Text(options.Lease)}, or a lease could run out between two renewals. Write a shorter one, or a longer lease");
        }

        return Result(wrong);
    }

    public ValidateOptionsResult Validate(string? name, JobTypeOptions options) =>
        Result(OutOfRange($"{JobWorkerServices.Section}__Types__{name}__", options).ToList());

    private static IEnumerable<string> OutOfRange<T>(string prefix, T options)
        where T : new()
    {
        var usual = new T();
        foreach (var property in typeof(T).GetProperties())
        {
            var value = property.GetValue(options);
            if (property.GetCustomAttribute<RangeAttribute>() is { } range && !range.IsValid(value))
            {
                var setting = prefix + property.Name;
                yield return $"{setting} is {Text(value)}, and must be {Text(range.Minimum)} to {Text(range.Maximum)}. "
                    + $"Write e.g. {setting}={Text(property.GetValue(usual))}";
            }
        }
    }

    private static ValidateOptionsResult Result(List<string> wrong) =>
        wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);

    /// <summary>As it is written in a setting: of a fraction of a second no more digits than it has.</summary>
    private static string Text(object? value) => value is TimeSpan time && time.Ticks % TimeSpan.TicksPerSecond != 0
        ? $"{time}".TrimEnd('0')
        : string.Create(CultureInfo.InvariantCulture, $"{value}");
}
