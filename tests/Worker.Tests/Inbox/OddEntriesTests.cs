using System.Text.Json;
using StackExchange.Redis;

namespace FunctionJobs.Tests;

/// <summary>Hundreds of odd entries at once through each door, under a running worker. The seed is fixed: every run has the same.</summary>
public sealed class OddEntriesTests
{
    // No more than what is kept of the rejected.
    private const int Entries = 900;

    private static readonly string[] Pieces =
    [
        "{", "}", "[", "]", ":", ",", "null", "-1", "1e400", "true", "\"x\"", "\"\\ud800\"", "\0", "é", "\ud83d\ude00", "\n", "0.5", "99999999999999999999",
        "\"args\"", "\"name\"", "\"Values\"", "jobs:", "<x>", "$type", new('[', 70),
    ];

    [Theory]
    [InlineData("inbox", Doorbell.List)]
    [InlineData("trigger", Doorbell.List)]
    [InlineData("trigger", Doorbell.Stream)]
    public async Task Each_becomes_a_job_or_is_rejected_with_its_reason_and_the_job_behind_them_runs(string door, Doorbell doorbell)
    {
        await using var queue = await TestQueue.CreateAsync(doorbell);
        var worker = await queue.StartHostAsync(
            (job, _) => Task.FromResult<string?>(job.Word), options => options.UnknownJobNameFor = TimeSpan.FromMilliseconds(1));
        var random = new Random(20271);
        var entries = new HashSet<string>();
        while (entries.Count < Entries)
        {
            entries.Add(door == "trigger" && doorbell == Doorbell.Stream ? OfStream(random, entries.Count) : Odd(random));
        }

        if (door == "inbox")
        {
            await queue.Database.ListRightPushAsync(queue.Keys.Inbox, [.. entries.Select(entry => (RedisValue)entry)]);
        }
        else
        {
            await Task.WhenAll(entries.Select(entry => worker.InvokeAsync(queue, entry))).WaitAsync(TimeSpan.FromSeconds(30));
        }

        var behind = await queue.EnqueueAsync("behind");
        await worker.InvokeAsync(queue, behind.Id).WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(JobState.Completed, await behind.GetStateAsync());
        await Eventually.EqualAsync(0, () => queue.Database.ListLengthAsync(queue.Keys.Inbox), "the entries in the inbox");
        var rejected = await queue.RejectedAsync();
        var jobs = (await queue.KeysInRedisAsync()).Count(key => key.Contains(":job:", StringComparison.Ordinal)) - 1;
        Assert.Equal(Entries, rejected.Length + jobs);
        Assert.InRange(jobs, 1, Entries - 1);
        Assert.All(rejected, one => Assert.NotEmpty(JsonDocument.Parse(one).RootElement.GetProperty("reason").GetString()!));
    }

    private static string Odd(Random random) => random.Next(4) switch
    {
        0 => Mix(random, 8),
        1 => $$$"""{"name":"probe","args":{"word":{{{Mix(random, 3)}}}}}""",
        2 => $$$"""{"name":"probe","{{{Field(random)}}}":{{{Mix(random, 1)}}},"args":{"word":"{{{random.Next()}}}"}}""",
        _ => $$"""{"name":"{{Mix(random, 2)}}","args":{{random.Next()}}}""",
    };

    /// <summary>As the trigger hands a stream's entry to a string parameter, whatever fields it has.</summary>
    private static string OfStream(Random random, int number)
    {
        var values = random.Next(3) switch
        {
            0 => new Dictionary<string, string> { ["job"] = Odd(random) },
            1 => new() { ["name"] = random.Next(2) == 0 ? "probe" : Mix(random, 2), ["args"] = Mix(random, 3), [Field(random)] = Mix(random, 1) },
            _ => new() { [Mix(random, 2)] = Mix(random, 2), ["other"] = Mix(random, 1) },
        };
        return $$"""{"Id":"{{number}}-0","Values":{{JsonSerializer.Serialize(values)}}}""";
    }

    private static string Field(Random random) => ((string[])["priority", "delay_ms", "timeout_ms", "max_attempts", "traceparent", "newer"])[random.Next(6)];

    private static string Mix(Random random, int most) =>
        string.Concat(Enumerable.Range(0, random.Next(most + 1)).Select(_ => Pieces[random.Next(Pieces.Length)]));
}
