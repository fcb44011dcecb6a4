using YamlDotNet.RepresentationModel;

namespace FunctionJobs.Tests;

/// <summary>YAML, read with as few words as possible: <c>document.At("spec", "replicas").Text()</c>.</summary>
internal static class Yaml
{
    public static YamlNode[] Documents(string path)
    {
        var stream = new YamlStream();
        using var reader = new StringReader(Repository.Read(path));
        // Anchors and aliases are resolved; merge keys are left to those who look for them.
        stream.Load(reader);
        return [.. stream.Documents.Select(document => document.RootNode)];
    }

    public static YamlNode Document(string path, string kind) => Documents(path).Single(document => document.At("kind").Text() == kind);

    public static YamlNode At(this YamlNode node, params string[] path) =>
        path.Aggregate(node, (at, key) => at.Find(key) ?? throw new KeyNotFoundException($"There is no '{key}' of '{string.Join('.', path)}' at line {at.Start.Line}."));

    public static YamlNode? Find(this YamlNode node, string key) =>
        node is YamlMappingNode map && map.Children.TryGetValue(new YamlScalarNode(key), out var found) ? found : null;

    public static string Text(this YamlNode node) => ((YamlScalarNode)node).Value ?? "";

    public static IEnumerable<YamlNode> Items(this YamlNode node) => ((YamlSequenceNode)node).Children;

    public static IEnumerable<(string Key, YamlNode Value)> Entries(this YamlNode node) =>
        ((YamlMappingNode)node).Children.Select(entry => (entry.Key.Text(), entry.Value));
}
