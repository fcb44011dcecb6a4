using System.Text.RegularExpressions;

namespace FunctionJobs.Tests;

/// <summary>The files of the clone that these tests were built in.</summary>
internal static partial class Repository
{
    public static string Root { get; } = FindRoot();

    public static string PathOf(string path) => Path.GetFullPath(Path.Combine(Root, path));

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    public static bool Has(string path) => File.Exists(Path.Combine(Root, path));

    /// <summary>Paths of files below a folder, from the root on.</summary>
    public static string[] Files(string folder, string pattern, SearchOption depth = SearchOption.AllDirectories) =>
        [.. Directory.GetFiles(Path.Combine(Root, folder), pattern, depth).Select(file => Path.GetRelativePath(Root, file)).Order(StringComparer.Ordinal)];

    /// <summary>The key that each trigger reads, by the name of its function, as the source says it.</summary>
    public static Dictionary<string, (string Kind, string Key)> Triggers() => Files("src/Functions", "*Function.cs")
        .Select(file => Trigger().Match(Read(file)))
        .Where(match => match.Success)
        .ToDictionary(match => match.Groups["function"].Value, match => (match.Groups["kind"].Value, match.Groups["key"].Value));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "FunctionJobs.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException($"{AppContext.BaseDirectory} is not in a clone of FunctionJobs.");
    }

    [GeneratedRegex("""\[Function\("(?<function>\w+)"\)\].*?\[Redis(?<kind>List|Stream)Trigger\("Redis", "(?<key>[^"]+)"\s*,""", RegexOptions.Singleline)]
    private static partial Regex Trigger();
}
