using FunctionJobs.Worker;
using StackExchange.Redis;

namespace FunctionJobs.Tests;

public sealed class ScriptsTests
{
    public static TheoryData<string> Verbs { get; } =
        [.. new[] { typeof(WorkerQueue), typeof(JobInfo) }
            .SelectMany(type => type.Assembly.GetManifestResourceNames())
            .Where(name => name.EndsWith(".lua", StringComparison.Ordinal))
            .Select(name => name[..^4])];

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
    }

    [Fact]
    public void A_script_that_is_not_embedded_is_an_error()
    {
        var error = Assert.Throws<InvalidOperationException>(() => RedisScript.Load<WorkerQueue>("no_such_verb"));

        Assert.Contains("no_such_verb.lua", error.Message, StringComparison.Ordinal);
    }
}
