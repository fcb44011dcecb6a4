using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using CsCheck;
using FunctionJobs.LocalServices;
using FunctionJobs.Worker;
using StackExchange.Redis;

namespace FunctionJobs.Tests;

public sealed class InboxTests
{
    [Fact]
    public async Task What_is_pushed_into_the_inbox_becomes_a_job_and_runs()
    {
        await using var queue = await TestQueue.CreateAsync();
        await queue.StartWorkerAsync((job, context) => Task.FromResult<string?>($"{job.Word} of {context.MaxAttempts}"));

        await queue.Database.ListRightPushAsync(
            queue.Keys.Inbox, """{"name":"probe","id":"from-python","args":{"word":"hello"},"max_attempts":7,"newer":{"field":1}}""");

        await Eventually.EqualAsync<JobState?>(JobState.Completed, () => queue.StateAsync("from-python"), "the state");
        Assert.Equal("\"hello of 7\"", (await queue.InfoAsync("from-python")).ResultJson);
    }

    [Fact]
    public async Task An_inbox_entry_can_say_all_that_an_enqueue_can()
    {
        await using var queue = await TestQueue.CreateAsync();
        await queue.Database.ListRightPushAsync(
            queue.Keys.Inbox,
            """{"name":"probe","id":"all","delay_ms":3600000,"expires_in_ms":7200000,"priority":1,"keep_result_for_ms":5000,"timeout_ms":100,"args":[]}""");

        await Adopter().AdoptAsync(queue.AsWorker());

        var info = await queue.InfoAsync("all");
        Assert.Equal(JobState.Scheduled, info.State);
        Assert.Equal(TimeSpan.FromHours(1), info.ScheduledAt - info.EnqueuedAt);
        Assert.Equal(TimeSpan.FromHours(2), info.ExpiresAt - info.EnqueuedAt);
        Assert.Equal("1", await queue.Database.HashGetAsync(queue.Keys.Job("all"), "priority"));
        Assert.Equal("5000", await queue.Database.HashGetAsync(queue.Keys.Job("all"), "keep_result_for"));
        Assert.Equal(TimeSpan.FromMilliseconds(100), (await EnvelopeAsync(queue, "all")).Timeout);
    }

    [Fact]
    public async Task An_inbox_entry_can_name_moments_and_a_trace()
    {
        await using var queue = await TestQueue.CreateAsync();
        var (due, expiry) = (DateTimeOffset.FromUnixTimeMilliseconds(4_102_444_800_000), DateTimeOffset.FromUnixTimeMilliseconds(4_102_444_800_001));
        const string trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        await queue.Database.ListRightPushAsync(
            queue.Keys.Inbox,
            $$"""{"name":"probe","id":"moments","scheduled_at":{{due.ToUnixTimeMilliseconds()}},"expires_at":{{expiry.ToUnixTimeMilliseconds()}},"traceparent":"{{trace}}"}""");

        await Adopter().AdoptAsync(queue.AsWorker());

        var info = await queue.InfoAsync("moments");
        Assert.Equal((JobState.Scheduled, due, expiry), (info.State, info.ScheduledAt, info.ExpiresAt));
        Assert.Equal(trace, (await EnvelopeAsync(queue, "moments")).TraceParent);
    }

    [Fact]
    public async Task A_time_from_now_goes_before_a_moment_and_a_trace_that_is_too_long_is_left_out()
    {
        await using var queue = await TestQueue.CreateAsync();
        await queue.Database.ListRightPushAsync(
            queue.Keys.Inbox,
            $$"""{"name":"probe","id":"both","delay_ms":3600000,"scheduled_at":1,"expires_in_ms":7200000,"expires_at":2,"traceparent":"{{new string('0', 65)}}"}""");

        await Adopter().AdoptAsync(queue.AsWorker());

        var info = await queue.InfoAsync("both");
        Assert.Equal(TimeSpan.FromHours(1), info.ScheduledAt - info.EnqueuedAt);
        Assert.Equal(TimeSpan.FromHours(2), info.ExpiresAt - info.EnqueuedAt);
        Assert.Null((await EnvelopeAsync(queue, "both")).TraceParent);
    }

    [Fact]
    public async Task An_entry_longer_than_the_limit_is_rejected_and_shown_in_part()
    {
        const int limit = 589_824;
        await using var queue = await TestQueue.CreateAsync();
        // Blanks, which count for no other limit.
        static string Entry(string id, int length) => $$"""{"name":"probe","id":"{{id}}" """.PadRight(length - 1) + "}";
        await queue.Database.ListRightPushAsync(queue.Keys.Inbox, [Entry("fits", limit), Entry("no-fit", limit + 1)]);

        while (!await Adopter().AdoptAsync(queue.AsWorker()))
        {
        }

        var rejected = JsonDocument.Parse(Assert.Single(await queue.RejectedAsync())).RootElement;
        Assert.Contains("589,825", rejected.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal((limit + 1, 4096), (rejected.GetProperty("length").GetInt32(), rejected.GetProperty("entry").GetString()!.Length));
        Assert.Equal((JobState.Available, null), (await queue.StateAsync("fits"), await queue.StateAsync("no-fit")));
    }

    public static TheoryData<string, string> Garbage { get; } = new()
    {
        { "", "JSON" },
        { "\0\u0001", "JSON" },
        { "{", "JSON" },
        { "17", "Number" },
        { "[]", "Array" },
        { "{}", "\"name\"" },
        { """{"name":7}""", "\"name\"" },
        { """{"name":"a b"}""", "job name" },
        { """{"name":"x","id":""}""", "job id" },
        { """{"name":"x","id":7}""", "\"id\"" },
        { """{"name":"x","priority":10}""", "\"priority\"" },
        { """{"name":"x","priority":1.5}""", "\"priority\"" },
        { """{"name":"x","delay_ms":-1}""", "\"delay_ms\"" },
        { """{"name":"x","timeout_ms":1e99}""", "\"timeout_ms\"" },
        { """{"name":"x","max_attempts":"3"}""", "\"max_attempts\"" },
        { """{"name":"x","delay_ms":60000,"expires_in_ms":60000}""", "\"expires_in_ms\"" },
        { """{"name":"x","scheduled_at":2000,"expires_at":1000}""", "\"expires_at\"" },
        { """{"name":"\ud800"}""", "" },
        { """{"\ud800":1,"name":"\ud800\ud800"}""", "" },
    };

    [Theory]
    [MemberData(nameof(Garbage), DisableDiscoveryEnumeration = true)]
    public async Task What_is_no_job_is_rejected_with_its_reason_and_the_next_becomes_a_job(string entry, string reason)
    {
        await using var queue = await TestQueue.CreateAsync();
        await queue.Database.ListRightPushAsync(queue.Keys.Inbox, [entry, """{"name":"probe","id":"next"}"""]);

        await Adopter().AdoptAsync(queue.AsWorker());

        var rejected = JsonDocument.Parse(Assert.Single(await queue.RejectedAsync())).RootElement;
        Assert.Contains(reason, rejected.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal(entry, rejected.GetProperty("entry").GetString());
        Assert.True(rejected.GetProperty("at").GetInt64() > 0);
        Assert.Equal(JobState.Available, await queue.StateAsync("next"));
        Assert.Equal(0, await queue.Database.ListLengthAsync(queue.Keys.Inbox));
    }

    [Fact]
    public async Task An_inbox_entry_that_may_not_wait_at_all_is_rejected()
    {
        await using var queue = await TestQueue.CreateAsync();
        await queue.StartHostAsync((job, _) => Task.FromResult<string?>(job.Word));
        await queue.Database.ListRightPushAsync(
            queue.Keys.Inbox, """{"name":"probe","id":"no-time","args":{"word":"x"},"expires_in_ms":0}""");

        await Eventually.EqualAsync(1, async () => (await queue.RejectedAsync()).Length, "the rejected", TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task A_dead_letter_whose_constant_part_is_pushed_at_the_inbox_runs_again_under_a_new_id()
    {
        await using var queue = await TestQueue.CreateAsync();
        var words = new ConcurrentQueue<string>();
        await queue.StartWorkerAsync((job, context) =>
        {
            words.Enqueue(job.Word);
            return words.Count == 1 ? throw context.Discard("not yet") : Task.FromResult<string?>(null);
        });
        var dead = await queue.EnqueueAsync("again", new() { JobId = "dead", MaxAttempts = 7 });
        await Eventually.EqualAsync<JobState?>(JobState.Discarded, () => dead.GetStateAsync(), "the state");

        // As redis-cli passes it on: with a line's end.
        var constant = await queue.Database.HashGetAsync(queue.Keys.Job(dead.Id), "job");
        await queue.Database.ListRightPushAsync(queue.Keys.Inbox, constant + "\n");

        await Eventually.TrueAsync(() => words.Count == 2, "it has run again");
        Assert.Equal(["again", "again"], words);
        Assert.Empty(await queue.RejectedAsync());
        Assert.Equal(JobState.Discarded, await dead.GetStateAsync());
    }

    [Fact]
    public async Task Bytes_that_are_no_text_are_rejected_and_do_not_block()
    {
        await using var queue = await TestQueue.CreateAsync();
        byte[][] entries =
        [
            [0xff, 0xfe, 0x00],
            [.. "{\"name\":\""u8, 0xff, .. "\"}"u8],
            [.. "{\"name\":\"probe\",\"args\":\""u8, 0xc3, .. "\"}"u8],
            [.. "{\"name\":\"probe\",\"id\":\""u8, 0xff, .. "\"}"u8],
        ];
        foreach (var entry in entries)
        {
            await queue.Database.ListRightPushAsync(queue.Keys.Inbox, entry);
        }

        await Adopter().AdoptAsync(queue.AsWorker());

        Assert.Equal(0, await queue.Database.ListLengthAsync(queue.Keys.Inbox));
        Assert.Equal(entries.Length, (await queue.RejectedAsync()).Length);
    }

    [Fact]
    public async Task Large_entries_are_adopted_few_at_a_time_since_Redis_serves_nobody_else_meanwhile()
    {
        await using var server = await LocalRedis.StartAsync();
        await using var queue = await TestQueue.CreateAsync(redis: server.ConnectionString + ",allowAdmin=true");
        // A script that this server does not know yet is called twice.
        await queue.Database.ListRightPushAsync(queue.Keys.Inbox, """{"name":"probe"}""");
        await Adopter().AdoptAsync(queue.AsWorker());
        var before = await CallsAsync();
        // Sent as they are and as a record: 1 MB each, of which two fit in one call.
        var large = new string('x', 500_000);
        await queue.Database.ListRightPushAsync(
            queue.Keys.Inbox, [.. Enumerable.Range(0, 9).Select(n => (RedisValue)$$$"""{"name":"probe","id":"{{{n}}}","args":"{{{large}}}"}""")]);

        Assert.True(await Adopter().AdoptAsync(queue.AsWorker()));

        Assert.Equal(10, await queue.Database.SortedSetLengthAsync(queue.Keys.Available));
        Assert.Equal(5, await CallsAsync() - before);

        async Task<int> CallsAsync() => (await queue.Redis.GetServers()[0].InfoAsync("commandstats"))
            .SelectMany(section => section)
            .Where(line => line.Key is "cmdstat_eval" or "cmdstat_evalsha")
            .Sum(line => int.Parse(line.Value.Split('=', ',')[1], CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task Rejected_entries_are_capped()
    {
        await using var queue = await TestQueue.CreateAsync();
        await queue.Database.ListRightPushAsync(queue.Keys.Inbox, [.. Enumerable.Range(0, 1200).Select(n => (RedisValue)$"garbage {n}")]);

        while (!await Adopter().AdoptAsync(queue.AsWorker()))
        {
        }

        Assert.Equal(1000, await queue.Database.ListLengthAsync(queue.Keys.Rejected));
        Assert.Contains("garbage 1199", (await queue.RejectedAsync())[^1], StringComparison.Ordinal);
        Assert.Equal("1200", await queue.Database.HashGetAsync(queue.Keys.Stats, "rejected"));
    }

    [Fact]
    public void Whatever_arrives_is_read_as_a_job_or_rejected_with_a_reason_within_a_second_and_never_throws()
    {
        string[] pieces =
        [
            "{", "}", "[", "]", ":", ",", "\"name\"", "\"probe\"", "\"args\"", "\"id\"", "\"Values\"", "\"delay_ms\"", "\"priority\"", "null", "-1",
            "1e400", "true", "\"\\ud800\"", "\"\\u0000\"", "\u0000", "é", "\ud83d", " ", "\n", "jobs:", new('[', 70), "\"expires_at\"", "0.5", "\"Id\"",
        ];
        var entries = Gen.OneOf(
            Gen.Int[0, pieces.Length - 1].Array[0, 12].Select(chosen => string.Concat(chosen.Select(n => pieces[n]))),
            Gen.String,
            Gen.Int[0, pieces.Length - 1].Array[1, 6].Select(chosen => "{\"name\":\"probe\",\"args\":" + string.Concat(chosen.Select(n => pieces[n])) + "}"),
            Gen.Int[0, pieces.Length - 1].Array[1, 6].Select(chosen => "{\"Values\":{\"name\":" + string.Concat(chosen.Select(n => pieces[n])) + "}}"));

        entries.Sample(
            entry => InTime.Run(
                () =>
                {
                    foreach (var doorbell in new[] { Doorbell.List, Doorbell.Stream })
                    {
                        var read = DoorbellEntry.Read(entry, doorbell);
                        if (read.JobId is null)
                        {
                            Check(InboxReader.Read(read.Foreign));
                        }
                    }
                },
                () => entry),
            iter: 60_000, seed: "0N0XIzNsQ0O2");
        Gen.Byte.Array[0, 60].Sample(CheckBytes, iter: 20_000, seed: "0N0XIzNsQ0O2");
        Gen.Byte.Array[0, 8].Sample(
            bytes => CheckBytes([.. "{\"name\":\"probe\",\"args\":\""u8, .. bytes, .. "\"}"u8]), iter: 20_000, seed: "0N0XIzNsQ0O2");

        static void CheckBytes(byte[] bytes) => InTime.Run(() => Check(InboxReader.Read(bytes)), () => Convert.ToHexString(bytes));

        static void Check(InboxEntry entry)
        {
            if (entry.Rejection is { } rejection)
            {
                var text = "{" + Encoding.UTF8.GetString(rejection.Span);
                Assert.NotEmpty(JsonDocument.Parse(text).RootElement.GetProperty("reason").GetString()!);
            }
            else
            {
                Assert.Null(JobLimits.WrongId(entry.Job.Id));
                var record = JobEnvelope.Read(Encoding.UTF8.GetBytes("{" + Encoding.UTF8.GetString(entry.Job.Constant.Span)));
                Assert.Null(JobLimits.WrongName(record.Name));
            }
        }
    }

    private static async Task<JobEnvelope> EnvelopeAsync(TestQueue queue, string id) =>
        JobEnvelope.Read(await queue.Database.HashGetAsync(queue.Keys.Job(id), "job"));

    private static InboxAdopter Adopter() => new(Microsoft.Extensions.Logging.Abstractions.NullLogger<InboxAdopter>.Instance);
}
