using FunctionJobs.Worker;

namespace FunctionJobs.Functions;

/// <summary>Finds settings that nothing reads, such as one that is misspelled. They stop nobody: another version of the app may know them.</summary>
internal static class SettingNames
{
    private const string Types = "Types";

    /// <summary>Of the sections that are the app's alone: what is set and is no setting, and which there are.</summary>
    public static IEnumerable<string> Unknown(IConfiguration configuration)
    {
        (string Section, string[] Names)[] known =
        [
            ("Jobs", [.. NamesOf<JobWorkerOptions>().Where(name => name != nameof(JobWorkerOptions.SerializerOptions)), Types]),
            ($"Jobs:{Types}", [SendWelcomeEmail.JobName, ResizePostImage.JobName]),
            ($"Jobs:{Types}:{SendWelcomeEmail.JobName}", [.. NamesOf<JobTypeOptions>()]),
            ($"Jobs:{Types}:{ResizePostImage.JobName}", [.. NamesOf<JobTypeOptions>()]),
            ("Mail", [.. NamesOf<MailOptions>()]),
            ("Images", [.. NamesOf<ImageOptions>()]),
            ("Schema", [nameof(PostgresOptions.WaitFor)]),
        ];
        return
            from section in known
            from set in configuration.GetSection(section.Section).GetChildren()
            where !section.Names.Contains(set.Key, StringComparer.OrdinalIgnoreCase)
            let prefix = section.Section.Replace(":", "__", StringComparison.Ordinal) + "__"
            select $"{prefix}{set.Key} is no setting of this app and does nothing. With {prefix} in front there are: {string.Join(", ", section.Names)}.";
    }

    private static IEnumerable<string> NamesOf<T>() => typeof(T).GetProperties().Select(property => property.Name);
}
