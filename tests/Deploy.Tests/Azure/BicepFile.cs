using System.Text.RegularExpressions;

namespace FunctionJobs.Tests;

/// <summary>A Bicep file as far as it can be read without its compiler: parameters, outputs, modules.</summary>
internal sealed partial class BicepFile
{
    private BicepFile(string path)
    {
        Path = path;
        Text = Comment().Replace(Repository.Read(path), "");
    }

    public string Path { get; }

    /// <summary>Without comments.</summary>
    public string Text { get; }

    public static BicepFile[] All { get; } = [.. Repository.Files("deploy/azure", "*.bicep").Select(path => new BicepFile(path))];

    public static BicepFile Named(string name) => All.Single(file => file.Path.EndsWith($"/{name}", StringComparison.Ordinal));

    public IEnumerable<BicepParameter> Parameters => Parameter().Matches(Text).Select(match => new BicepParameter(
        match.Groups["name"].Value, match.Groups["default"].Success, match.Groups["decorators"].Value));

    public IEnumerable<(string Name, string Value)> Outputs =>
        Output().Matches(Text).Select(match => (match.Groups["name"].Value, match.Groups["value"].Value));

    /// <summary>The modules that it uses, each with the parameters that it is given.</summary>
    public IEnumerable<(string File, string[] Given)> Modules => Module().Matches(Text).Select(match => (
        match.Groups["file"].Value,
        (string[])[.. Given().Matches(match.Groups["params"].Value).Select(given => given.Groups[1].Value)]));

    [GeneratedRegex(@"^\s*//.*$|(?<=\s)//\s.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"(?<decorators>(?:^@[^\n]*\n)*)^param (?<name>\w+) \w+(?<default> =)?", RegexOptions.Multiline)]
    private static partial Regex Parameter();

    [GeneratedRegex(@"^output (?<name>\w+) \w+ = (?<value>.+)$", RegexOptions.Multiline)]
    private static partial Regex Output();

    [GeneratedRegex(@"^module \w+ '(?<file>[^']+)' =[^\n]*\{\n.*?^  params: \{\n(?<params>.*?)^  \}", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Module();

    [GeneratedRegex(@"^    (\w+): ", RegexOptions.Multiline)]
    private static partial Regex Given();
}

internal sealed record BicepParameter(string Name, bool HasDefault, string Decorators)
{
    public bool IsSecure => Decorators.Contains("@secure()", StringComparison.Ordinal);
}
