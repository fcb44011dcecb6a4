using System.Text.Json;
using System.Text.Json.Serialization;
using FunctionJobs.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace FunctionJobs.Tests;

public sealed class SerializerTests
{
    [Fact]
    public async Task Arguments_results_and_kept_outcomes_are_written_and_read_in_the_way_that_both_sides_were_given()
    {
        await using var queue = await TestQueue.CreateAsync();
        await queue.StartWorkerAsync(
            async (job, context) => $"{job.Word}, {await context.OnceAsync("key", _ => Task.FromResult("once"))}",
            worker => worker.SerializerOptions = Backwards());
        await using var producer = new ServiceCollection()
            .AddJobEnqueuer(queue.Redis, options => options.SerializerOptions = Backwards())
            .BuildServiceProvider();
        var jobs = producer.GetRequiredService<IJobEnqueuer>();

        var first = await jobs.EnqueueAsync(new Probe("word"), new() { Queue = queue.Queue });
        var result = await first.WaitForResultAsync<string>(Eventually.DefaultTimeout);
        var second = await jobs.EnqueueAsync(new Probe("word"), new() { Queue = queue.Queue });
        var later = await second.WaitForResultAsync<string>(Eventually.DefaultTimeout);

        Assert.Equal($"word, {new OnceOutcome<string>("once", RanNow: true)}", result);
        Assert.Equal($"word, {new OnceOutcome<string>("once", RanNow: false)}", later);
        var record = await queue.Database.HashGetAsync(queue.Keys.Job(first.Id), ["job", "result"]);
        Assert.Contains("\"word\":\"drow\"", $"{record[0]}", StringComparison.Ordinal);
        Assert.EndsWith(" ,drow\"", $"{record[1]}", StringComparison.Ordinal);
        Assert.Equal("\"ecno\"", await queue.Database.HashGetAsync(queue.Keys.Once("key"), "outcome"));
    }

    [Fact]
    public async Task The_serializer_has_looked_at_the_job_types_before_the_first_job_comes()
    {
        await using var queue = await TestQueue.CreateAsync();
        var serializer = new JsonSerializerOptions(JsonSerializerDefaults.Web);

        await queue.StartWorkerAsync((_, _) => Task.FromResult<string?>(null), worker => worker.SerializerOptions = serializer);

        await Eventually.TrueAsync(() => serializer.IsReadOnly, "the serializer is in use");
    }

    [Fact]
    public async Task A_result_that_cannot_be_written_is_discarded_at_once()
    {
        await using var queue = await TestQueue.CreateAsync();
        var serializer = new JsonSerializerOptions(JsonSerializerDefaults.Web) { Converters = { new WriteNothing() } };
        await queue.StartWorkerAsync((_, _) => Task.FromResult<string?>("result"), worker => worker.SerializerOptions = serializer);
        var handle = await queue.EnqueueAsync();

        var failure = await Assert.ThrowsAsync<JobFailedException>(() => handle.WaitForResultAsync<string>(TimeSpan.FromSeconds(20)));

        Assert.Equal("ResultNotWritable", failure.Error!.Kind);
        Assert.Equal(1, (await queue.InfoAsync(handle.Id)).Attempt);
    }

    [Theory]
    [InlineData(62)]
    [InlineData(63)]
    public async Task Arguments_as_deep_as_the_serializer_allows_are_read(int depth)
    {
        await using var queue = await TestQueue.CreateAsync();
        await queue.StartWorkerAsync((job, _) => Task.FromResult<string?>(job.Word));
        using var tree = JsonDocument.Parse(new string('[', depth) + new string(']', depth));
        var handle = await queue.Enqueuer.EnqueueAsync(Probe.JobName, new { word = "deep", tree = tree.RootElement }, new() { Queue = queue.Queue });

        Assert.Equal("deep", await handle.WaitForResultAsync<string>(TimeSpan.FromSeconds(20)));

        Assert.Contains("[[[", (await queue.InfoAsync(handle.Id)).ArgsJson, StringComparison.Ordinal);
    }

    private static JsonSerializerOptions Backwards() => new(JsonSerializerDefaults.Web) { Converters = { new BackwardsConverter() } };

    /// <summary>Writes each text from its end.</summary>
    private sealed class BackwardsConverter : JsonConverter<string>
    {
        public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Turned(reader.GetString()!);

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(Turned(value));

        private static string Turned(string text) => new([.. text.Reverse()]);
    }

    private sealed class WriteNothing : JsonConverter<string>
    {
        public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString();

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => throw new NotSupportedException();
    }
}
