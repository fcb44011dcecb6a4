using System.Text.RegularExpressions;
using FunctionJobs.Functions;

namespace FunctionJobs.Tests;

public sealed partial class ReadmeTests
{
    [Theory]
    [InlineData("README.md", 4)]
    [InlineData("docs/write-a-job.md", 7)]
    public void Each_snippet_of_a_page_stands_in_a_file_that_is_compiled(string page, int atLeast)
    {
        var snippets = Snippet().Matches(Repository.Read(page));

        Assert.True(snippets.Count >= atLeast, $"{snippets.Count} snippets");
        Assert.All(snippets, snippet => Assert.Contains(
            Lines(snippet.Groups["code"].Value), Lines(Repository.Read(snippet.Groups["file"].Value)), StringComparison.Ordinal));
    }

    // Compiled, not run: the enqueue of both pages.
    private static async Task<JobHandle> EnqueueAsync(IJobEnqueuer enqueuer, (long Id, string Email, string Name) user)
    {
        var job = await enqueuer.EnqueueAsync(
            new SendWelcomeEmail(user.Id, user.Email, user.Name),
            new() { JobId = $"welcome:{user.Id}", Delay = TimeSpan.FromSeconds(2) });
        return job;
    }

    // Documentation comments are left out of the pages.
    private static string Lines(string code) =>
        string.Join('\n', code.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && !line.StartsWith("///", StringComparison.Ordinal)));

    [GeneratedRegex(@"<!-- from (?<file>\S+) -->\s*```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Snippet();
}
