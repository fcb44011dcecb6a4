using Microsoft.Extensions.Configuration;

namespace FunctionJobs.Worker;

/// <summary>Finds what is set in the section <c>Jobs</c> and nothing reads, such as a name that is misspelled.</summary>
internal static class SettingNames
{
    private const string Types = "Types";

    /// <summary>What is set and is no setting, and which there are.</summary>
    public static IEnumerable<string> Unknown(IConfiguration configuration, IEnumerable<string> jobNames)
    {
        string[] jobs = [.. jobNames];
        var ofType = NamesOf<JobTypeOptions>();
        return
        [
            .. Unknown(configuration, JobWorkerServices.Section, [.. NamesOf<JobWorkerOptions>().Where(name => name != nameof(JobWorkerOptions.SerializerOptions)), Types]),
            .. Unknown(configuration, $"{JobWorkerServices.Section}:{Types}", jobs, jobs),
            .. jobs.SelectMany(job => Unknown(configuration, $"{JobWorkerServices.Section}:{Types}:{job}", ofType, jobs)),
        ];
    }

    /// <param name="configuration">All that is set.</param>
    /// <param name="section">Where to look.</param>
    /// <param name="names">What may be there.</param>
    /// <param name="jobs">Names of job types. One with a colon lies in sections of sections.</param>
    private static IEnumerable<string> Unknown(IConfiguration configuration, string section, string[] names, params string[] jobs)
    {
        var onTheWay = jobs.Select(job => $"{JobWorkerServices.Section}:{Types}:{job}:").ToList();
        var prefix = section.Replace(":", "__", StringComparison.Ordinal) + "__";
        return
            from set in configuration.GetSection(section).GetChildren()
            where !names.Contains(set.Key, StringComparer.OrdinalIgnoreCase)
                && !onTheWay.Exists(job => job.StartsWith(set.Path + ":", StringComparison.OrdinalIgnoreCase))
            select $"{prefix}{set.Key} is no setting of this app and does nothing. With {prefix} in front there are: {string.Join(", ", names)}.";
    }

    private static string[] NamesOf<T>() => [.. typeof(T).GetProperties().Select(property => property.Name)];
}
