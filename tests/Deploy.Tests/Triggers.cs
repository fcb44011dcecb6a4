using System.Text.RegularExpressions;

namespace FunctionJobs.Tests;

/// <summary>The triggers of the functions app.</summary>
internal static partial class Triggers
{
    /// <summary>The key that each trigger reads, by the name of its function, as the source says it.</summary>
    public static Dictionary<string, (string Kind, string Key)> OfFunctions() => Repository.Files("src/Functions", "*Function.cs")
        .Select(file => Trigger().Match(Repository.Read(file)))
        .Where(match => match.Success)
        .ToDictionary(match => match.Groups["function"].Value, match => (match.Groups["kind"].Value, match.Groups["key"].Value));

    [GeneratedRegex("""\[Function\("(?<function>\w+)"\)\].*?\[Redis(?<kind>List|Stream)Trigger\("Redis", "(?<key>[^"]+)"\s*,""", RegexOptions.Singleline)]
    private static partial Regex Trigger();
}
