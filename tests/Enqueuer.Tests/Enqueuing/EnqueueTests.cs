using System.Text.Json;
using FunctionJobs.LocalServices;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace FunctionJobs.Tests;

public sealed class EnqueueTests
{
    public sealed record Greet(string Name) : IJob
    {
        public static string JobName => "greet";

        public static JobQueue Queue { get; } = JobQueue.Stream(Unique.Name("greet"));
    }

    [Fact]
    public async Task A_typed_job_goes_to_its_own_queue_with_its_name_and_arguments()
    {
        await using var test = await TestEnqueuer.CreateAsync();

        var handle = await test.Enqueuer.EnqueueAsync(new Greet("Ada"));

        Assert.Equal((Greet.Queue.Name, false), (handle.Queue, handle.IsDuplicate));
        var info = (await handle.GetInfoAsync())!;
        Assert.Equal(("greet", """{"name":"Ada"}""", JobState.Available, 0), (info.Name, info.ArgsJson, info.State, info.Attempt));
        Assert.InRange(info.EnqueuedAt, TimeProvider.System.GetUtcNow().AddMinutes(-1), TimeProvider.System.GetUtcNow().AddMinutes(1));
        var doorbell = await test.Database.StreamRangeAsync(new QueueKeys(Greet.Queue.Name).Trigger);
        Assert.Contains(doorbell, entry => entry["id"] == handle.Id);
    }

    [Fact]
    public async Task A_job_by_name_goes_where_its_route_says_or_to_the_default_queue()
    {
        var other = JobQueue.List(Unique.Name("default"));
        await using var test = await TestEnqueuer.CreateAsync(configure: options =>
        {
            options.Route<Greet>();
            options.DefaultQueue = other;
        });

        Assert.Equal(Greet.Queue.Name, (await test.Enqueuer.EnqueueAsync("greet", new { name = "Ada" })).Queue);
        var lost = await test.Enqueuer.EnqueueAsync("other", null);
        Assert.Equal(other.Name, lost.Queue);
        Assert.Equal("null", (await lost.GetInfoAsync())!.ArgsJson);
        Assert.Equal(test.Queue.Name, (await test.EnqueueAsync()).Queue);
    }

    [Fact]
    public async Task Of_twenty_callers_with_one_id_one_creates_the_job_and_all_get_its_handle()
    {
        await using var test = await TestEnqueuer.CreateAsync();

        var handles = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => Task.Run(
            () => test.EnqueueAsync(new() { JobId = "only" }, new { n }))));

        Assert.Single(handles, handle => !handle.IsDuplicate);
        Assert.All(handles, handle => Assert.Equal("only", handle.Id));
        Assert.Equal(1, await test.Database.SortedSetLengthAsync(test.Keys.Available));
        Assert.Equal(1, await test.Database.ListLengthAsync(test.Keys.Trigger));
    }

    [Fact]
    public async Task A_duplicate_changes_nothing()
    {
        await using var test = await TestEnqueuer.CreateAsync();
        var first = await test.EnqueueAsync(new() { JobId = "same", Priority = 3 }, new { n = 1 });
        var before = await test.Database.HashGetAllAsync(test.Keys.Job("same"));

        var second = await test.EnqueueAsync(new() { JobId = "same", Delay = TimeSpan.FromHours(1), MaxAttempts = 9 }, new { n = 2 });

        Assert.True(second.IsDuplicate && !first.IsDuplicate);
        Assert.Equal(before, await test.Database.HashGetAllAsync(test.Keys.Job("same")));
        Assert.Equal(0, await test.Database.SortedSetLengthAsync(test.Keys.Scheduled));
    }

    [Fact]
    public async Task Ids_that_are_made_here_are_all_different()
    {
        await using var test = await TestEnqueuer.CreateAsync();

        var handles = await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => test.EnqueueAsync()));

        Assert.Equal(500, handles.Select(handle => handle.Id).Distinct().Count());
        Assert.All(handles, handle => Assert.True(JobId.IsMadeHere(handle.Id)));
    }

    [Fact]
    public async Task Many_jobs_take_one_call_per_chunk_and_their_handles_come_in_order()
    {
        // A server of its own: the calls are counted by the server.
        await using var server = await LocalServices.LocalRedis.StartAsync();
        await using var test = await TestEnqueuer.CreateAsync(server.ConnectionString);
        var warm = await test.EnqueueAsync(new() { JobId = "job-7" });
        var before = await ScriptCallsAsync(test);

        var handles = await test.Enqueuer.EnqueueManyAsync(
            Enumerable.Range(0, 1200).Select(n => NewJob.Named("greet", new { n }, new() { Queue = test.Queue, JobId = $"job-{n}" })));

        Assert.Equal(before + 3, await ScriptCallsAsync(test));
        Assert.Equal(Enumerable.Range(0, 1200).Select(n => $"job-{n}"), handles.Select(handle => handle.Id));
        Assert.Equal([warm.Id], handles.Where(handle => handle.IsDuplicate).Select(handle => handle.Id));
        Assert.Equal(1200, await test.Database.SortedSetLengthAsync(test.Keys.Available));
        Assert.Equal(1200, await test.Database.ListLengthAsync(test.Keys.Trigger));
    }

    [Fact]
    public async Task Many_large_jobs_are_sent_in_chunks_that_do_not_hold_Redis_up()
    {
        await using var server = await LocalServices.LocalRedis.StartAsync();
        await using var test = await TestEnqueuer.CreateAsync(server.ConnectionString);
        await test.EnqueueAsync();
        var before = await ScriptCallsAsync(test);

        await test.Enqueuer.EnqueueManyAsync(
            Enumerable.Range(0, 20).Select(_ => NewJob.Named("greet", new string('x', 500_000), new() { Queue = test.Queue })));

        Assert.InRange(await ScriptCallsAsync(test) - before, 4, 20);
    }

    [Fact]
    public async Task One_bad_job_among_many_stops_all_of_them()
    {
        await using var test = await TestEnqueuer.CreateAsync();

        var error = await Assert.ThrowsAsync<ArgumentException>(() => test.Enqueuer.EnqueueManyAsync(
        [
            NewJob.Named("greet", null, new() { Queue = test.Queue }),
            NewJob.Named("no such name!", null, new() { Queue = test.Queue }),
        ]));

        Assert.StartsWith("Job 2 of the list: ", error.Message, StringComparison.Ordinal);
        Assert.EndsWith(" (Parameter 'name')", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, error.Message.Split("Parameter").Length);
        Assert.Equal("name", error.ParamName);
        Assert.Empty(await test.KeysInRedisAsync());
    }

    [Fact]
    public async Task A_list_that_is_none_or_lacks_a_job_is_refused_with_the_place()
    {
        await using var test = await TestEnqueuer.CreateAsync();

        var none = await Assert.ThrowsAsync<ArgumentNullException>(() => test.Enqueuer.EnqueueManyAsync(null!));
        var hole = await Assert.ThrowsAsync<ArgumentException>(
            () => test.Enqueuer.EnqueueManyAsync([NewJob.Named("greet", null, new() { Queue = test.Queue }), null!]));

        Assert.Equal("jobs", none.ParamName);
        Assert.StartsWith("Job 2 of the list: ", hole.Message, StringComparison.Ordinal);
        Assert.Empty(await test.KeysInRedisAsync());
    }

    [Fact]
    public async Task What_an_enqueue_says_stands_in_the_record()
    {
        await using var test = await TestEnqueuer.CreateAsync();
        var at = DateTimeOffset.FromUnixTimeMilliseconds(TimeProvider.System.GetUtcNow().AddHours(2).ToUnixTimeMilliseconds());

        var handle = await test.EnqueueAsync(new()
        {
            ScheduledAt = at,
            ExpiresAt = at.AddHours(1),
            MaxAttempts = 5,
            Timeout = TimeSpan.FromSeconds(7),
            KeepResultFor = TimeSpan.FromMinutes(2),
            Priority = 0,
        });

        var info = (await handle.GetInfoAsync())!;
        Assert.Equal((JobState.Scheduled, at, at.AddHours(1), 5), (info.State, info.ScheduledAt, info.ExpiresAt, info.MaxAttempts));
        var record = (await test.Database.HashGetAllAsync(test.Keys.Job(handle.Id))).ToDictionary(field => field.Name.ToString(), field => field.Value.ToString());
        Assert.Equal(("0", "120000"), (record["priority"], record["keep_result_for"]));
        Assert.Equal(7000, JsonDocument.Parse(record["job"]).RootElement.GetProperty("timeout_ms").GetInt32());
        Assert.Equal(0, await test.Database.ListLengthAsync(test.Keys.Trigger));
    }

    [Fact]
    public async Task A_moment_that_has_passed_means_at_once()
    {
        await using var test = await TestEnqueuer.CreateAsync();

        Assert.Equal(JobState.Available, await (await test.EnqueueAsync(new() { ScheduledAt = DateTimeOffset.UnixEpoch })).GetStateAsync());
        Assert.Equal(JobState.Available, await (await test.EnqueueAsync(new() { ScheduledAt = DateTimeOffset.MinValue })).GetStateAsync());
        Assert.Equal(JobState.Available, await (await test.EnqueueAsync(new() { Delay = TimeSpan.Zero })).GetStateAsync());
    }

    [Fact]
    public async Task Arguments_arrive_as_they_were_written()
    {
        await using var test = await TestEnqueuer.CreateAsync();
        const string json = """{"empty":[],"none":{},"big":12345678901234567890,"exact":0.10,"text":"ü\"\\\n\u0000😀","nul":null}""";

        var handle = await test.EnqueueAsync(args: JsonDocument.Parse(json).RootElement);

        Assert.True(JsonElement.DeepEquals(
            JsonDocument.Parse(json).RootElement, JsonDocument.Parse((await handle.GetInfoAsync())!.ArgsJson).RootElement));
        Assert.Contains("12345678901234567890", (await handle.GetInfoAsync())!.ArgsJson, StringComparison.Ordinal);
        Assert.Contains("\"empty\":[]", (await handle.GetInfoAsync())!.ArgsJson, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_enqueuers_own_connection_is_closed_with_its_provider_which_may_be_disposed_of_synchronously()
    {
        await using var test = await TestEnqueuer.CreateAsync();
        var name = Unique.Name("client");
        using (var provider = new ServiceCollection().AddJobEnqueuer($"{Servers.Redis},name={name}").BuildServiceProvider())
        {
            await provider.GetRequiredService<IJobEnqueuer>().EnqueueAsync("greet", new { Name = "Ada" }, new() { Queue = test.Queue });
            Assert.Contains(await ClientsAsync(), client => client == name);
        }

        await Eventually.TrueAsync(async () => !(await ClientsAsync()).Contains(name), "its connection is closed");

        async Task<IEnumerable<string?>> ClientsAsync() => (await test.Redis.GetServers()[0].ClientListAsync()).Select(client => client.Name);
    }

    [Fact]
    public async Task A_connection_that_is_still_being_opened_is_closed_when_it_is_open()
    {
        await using var server = await LocalRedis.StartAsync();
        await using var admin = await ConnectionMultiplexer.ConnectAsync($"{server.ConnectionString},allowAdmin=true,name=admin");
        Task<IConnectionMultiplexer> opening;
        await server.PauseAsync();
        using (var redis = new OwnRedis($"{server.ConnectionString},name=enqueuer", TimeSpan.FromSeconds(4)))
        {
            opening = redis.GetAsync();
            Assert.False(opening.IsCompleted);
        }

        server.Resume();

        await opening;
        await Eventually.TrueAsync(
            async () => (await admin.GetServers()[0].ClientListAsync()).All(client => client.Name == "admin"), "its connection is closed");
    }

    private static async Task<int> ScriptCallsAsync(TestEnqueuer test)
    {
        var info = await test.Redis.GetServers()[0].InfoAsync("commandstats");
        return info.SelectMany(group => group)
            .Where(command => command.Key is "cmdstat_evalsha" or "cmdstat_eval")
            .Sum(command => int.Parse(command.Value.Split(',')[0]["calls=".Length..], System.Globalization.CultureInfo.InvariantCulture));
    }
}
