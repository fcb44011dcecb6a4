using System.Text.RegularExpressions;
using FunctionJobs.Functions;

namespace FunctionJobs.Tests;

public sealed partial class ReadmeTests
{
    [Fact]
    public void Each_snippet_of_the_readme_stands_in_a_file_that_is_compiled()
    {
        var root = Repository.Root;
        var snippets = Snippet().Matches(File.ReadAllText(Path.Combine(root, "README.md")));

        Assert.True(snippets.Count >= 4, $"{snippets.Count} snippets");
        Assert.All(snippets, snippet =>
        {
            var file = Path.Combine(root, snippet.Groups["file"].Value);
            Assert.Contains(Lines(snippet.Groups["code"].Value), Lines(File.ReadAllText(file)), StringComparison.Ordinal);
        });
    }

    // Compiled, not run: the enqueue of the README.
    private static async Task<JobHandle> EnqueueAsync(IJobEnqueuer enqueuer, (long Id, string Email, string Name) user)
    {
        var job = await enqueuer.EnqueueAsync(
            new SendWelcomeEmail(user.Id, user.Email, user.Name),
            new() { JobId = $"welcome:{user.Id}", Delay = TimeSpan.FromSeconds(2) });
        return job;
    }

    // Documentation comments are left out of the README.
    private static string Lines(string code) =>
        string.Join('\n', code.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && !line.StartsWith("///", StringComparison.Ordinal)));

    [GeneratedRegex(@"<!-- from (?<file>\S+) -->\s*```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Snippet();
}
