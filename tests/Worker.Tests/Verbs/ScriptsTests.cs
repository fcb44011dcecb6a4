using System.Text.RegularExpressions;
using FunctionJobs.Worker;
using StackExchange.Redis;

namespace FunctionJobs.Tests;

public sealed partial class ScriptsTests
{
    public static TheoryData<string> Verbs { get; } =
        [.. new[] { typeof(WorkerQueue), typeof(JobInfo) }
            .SelectMany(type => type.Assembly.GetManifestResourceNames())
            .Where(name => name.EndsWith(".lua", StringComparison.Ordinal))
            .Select(name => name[..^4])];

    private static readonly Lazy<HashSet<string>> Functions = new(() =>
        [.. Verbs.SelectMany(verb => Function().Matches(CodeOf(verb.Data)).Select(match => match.Groups[1].Value))]);

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task Every_embedded_script_compiles_with_its_includes(string verb)
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(Servers.Redis);

        var text = RedisScript.Load<WorkerQueue>(verb).Text;

        Assert.DoesNotContain("--# include", text, StringComparison.Ordinal);
        Assert.Equal(40, (await redis.GetDatabase().ExecuteAsync("SCRIPT", "LOAD", text)).ToString().Length);
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public void A_script_uses_no_command_that_grows_with_the_backlog(string verb)
    {
        var text = RedisScript.Load<WorkerQueue>(verb).Text;

        Assert.DoesNotMatch("'(KEYS|SCAN|SMEMBERS|HGETALL|SORT)'", text);
        // Nor a whole key, but those with an entry per worker or per job that runs.
        Assert.DoesNotMatch(@"'(LRANGE|ZRANGE|ZREVRANGE|XRANGE)', (?!(executing|workers),)[^,]+, '?(0|-)'?, (?>'?(-1|\+)'?)(?!, 'COUNT')", text);
        Assert.DoesNotMatch(@"'ZRANGEBYSCORE', [^,]+, '-inf', (?>'?\+inf'?)(?!, 'LIMIT')", text);
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public void A_file_includes_whatever_it_calls_of_others(string verb)
    {
        var text = CodeOf(verb);

        Assert.All(
            Functions.Value.Where(function => Regex.IsMatch(text, $@"(?<![.\w]){function}\(")),
            function => Assert.Contains($"local function {function}(", text, StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_that_is_included_twice_is_there_once()
    {
        var text = RedisScript.Load<WorkerQueue>("rescue").Text;

        Assert.Equal(2, text.Split("local function ring(").Length);
    }

    [Fact]
    public void A_script_that_is_not_embedded_is_an_error()
    {
        var error = Assert.Throws<InvalidOperationException>(() => RedisScript.Load<WorkerQueue>("no_such_verb"));

        Assert.Contains("no_such_verb.lua", error.Message, StringComparison.Ordinal);
    }

    // Without its comments.
    private static string CodeOf(string verb) =>
        string.Join('\n', RedisScript.Load<WorkerQueue>(verb).Text.Split('\n').Where(line => !line.TrimStart().StartsWith("--", StringComparison.Ordinal)));

    [GeneratedRegex(@"local function (\w+)\(")]
    private static partial Regex Function();
}
