namespace FunctionJobs.Functions;

/// <summary>Finds settings of the app's own sections that nothing reads, such as one that is misspelled. The worker looks at its section itself.</summary>
internal static class SettingNames
{
    /// <summary>What is set and is no setting, and which there are.</summary>
    public static IEnumerable<string> Unknown(IConfiguration configuration)
    {
        (string Section, string[] Names)[] known =
            [("Mail", NamesOf<MailOptions>()), ("Images", NamesOf<ImageOptions>()), ("Schema", [nameof(PostgresOptions.WaitFor)])];
        return
            from section in known
            from set in configuration.GetSection(section.Section).GetChildren()
            where !section.Names.Contains(set.Key, StringComparer.OrdinalIgnoreCase)
            select $"{section.Section}__{set.Key} is no setting of this app and does nothing. With {section.Section}__ in front there are: {string.Join(", ", section.Names)}.";
    }

    private static string[] NamesOf<T>() => [.. typeof(T).GetProperties().Select(property => property.Name)];
}
