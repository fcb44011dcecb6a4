using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace FunctionJobs.Tests;

/// <summary>Bad input is refused where it enters: the exception names the parameter and the limit, and nothing is written.</summary>
public sealed class RefusedInputTests
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    public static TheoryData<string, EnqueueOptions, string, string> Options { get; } = new()
    {
        { "an empty id", new() { JobId = "" }, "JobId", "1 to 128" },
        { "a long id", new() { JobId = new string('x', 129) }, "JobId", "1 to 128" },
        { "an id with a blank", new() { JobId = "a b" }, "JobId", "without blanks" },
        { "an id with a line break", new() { JobId = "a\nb" }, "JobId", "without blanks" },
        { "an id that is no ASCII", new() { JobId = "ü" }, "JobId", "ASCII" },
        { "an id that looks like JSON", new() { JobId = "{\"a\"}" }, "JobId", "start with" },
        { "a negative delay", new() { Delay = TimeSpan.FromTicks(-1) }, "Delay", "00:00:00" },
        { "a delay of centuries", new() { Delay = TimeSpan.FromDays(3651) }, "Delay", "3650" },
        { "a delay and a schedule", new() { Delay = TimeSpan.FromSeconds(1), ScheduledAt = Now }, "Delay", "ScheduledAt" },
        { "two expiries", new() { ExpiresIn = TimeSpan.FromSeconds(1), ExpiresAt = Now }, "ExpiresIn", "ExpiresAt" },
        { "an expiry at once", new() { ExpiresIn = TimeSpan.Zero }, "ExpiresIn", "00:00:00.001" },
        { "an expiry before the delay", new() { Delay = TimeSpan.FromMinutes(2), ExpiresIn = TimeSpan.FromMinutes(1) }, "ExpiresIn", "before" },
        { "an expiry before the schedule", new() { ScheduledAt = Now.AddHours(2), ExpiresAt = Now.AddHours(1) }, "ExpiresAt", "before" },
        { "an expiry before the schedule, mixed", new() { ScheduledAt = Now.AddHours(2), ExpiresIn = TimeSpan.FromHours(1) }, "ExpiresIn", "before" },
        { "an expiry before the delay, mixed", new() { Delay = TimeSpan.FromHours(2), ExpiresAt = Now.AddHours(1) }, "ExpiresAt", "before" },
        { "a priority too urgent", new() { Priority = -1 }, "Priority", "0 and 9" },
        { "a priority too low", new() { Priority = 10 }, "Priority", "0 and 9" },
        { "no attempts", new() { MaxAttempts = 0 }, "MaxAttempts", "1 and 1000" },
        { "too many attempts", new() { MaxAttempts = 1001 }, "MaxAttempts", "1 and 1000" },
        { "no time", new() { Timeout = TimeSpan.Zero }, "Timeout", "1.00:00:00" },
        { "too much time", new() { Timeout = TimeSpan.FromHours(25) }, "Timeout", "1.00:00:00" },
        { "a negative keeping", new() { KeepResultFor = TimeSpan.FromSeconds(-1) }, "KeepResultFor", "365" },
        { "a keeping for ever", new() { KeepResultFor = TimeSpan.FromDays(366) }, "KeepResultFor", "365" },
    };

    [Theory]
    [MemberData(nameof(Options), DisableDiscoveryEnumeration = true)]
    public async Task Options_beyond_their_limits_are_refused(string what, EnqueueOptions options, string parameter, string limit)
    {
        await using var test = await TestEnqueuer.CreateAsync();

        var error = await Assert.ThrowsAnyAsync<ArgumentException>(() => test.EnqueueAsync(options));

        Assert.True(error.ParamName == parameter, $"{what}: {error.ParamName}");
        Assert.Contains(limit, error.Message, StringComparison.Ordinal);
        Assert.Empty(await test.KeysInRedisAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("ünicode")]
    [InlineData("name\n")]
    [InlineData(null)]
    public async Task Names_with_other_characters_are_refused(string? name)
    {
        await using var test = await TestEnqueuer.CreateAsync();

        var error = await Assert.ThrowsAnyAsync<ArgumentException>(
            () => test.Enqueuer.EnqueueAsync(name!, null, new() { Queue = test.Queue }));

        Assert.Equal("name", error.ParamName);
        Assert.Contains("1 to 128", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_long_name_is_refused_and_the_longest_is_not()
    {
        await using var test = await TestEnqueuer.CreateAsync();

        await Assert.ThrowsAnyAsync<ArgumentException>(
            () => test.Enqueuer.EnqueueAsync(new string('n', 129), null, new() { Queue = test.Queue }));
        var handle = await test.Enqueuer.EnqueueAsync(new string('n', 128), null, new() { Queue = test.Queue, JobId = new string('i', 128) });

        Assert.Equal(JobState.Available, await handle.GetStateAsync());
    }

    [Fact]
    public async Task Arguments_over_512_KiB_are_refused_and_those_of_512_KiB_are_not()
    {
        await using var test = await TestEnqueuer.CreateAsync();
        var most = new string('x', (512 * 1024) - 2);

        var error = await Assert.ThrowsAnyAsync<ArgumentException>(() => test.EnqueueAsync(args: most + "x"));
        Assert.Equal("args", error.ParamName);
        Assert.Contains("512 KiB", error.Message, StringComparison.Ordinal);
        Assert.Empty(await test.KeysInRedisAsync());

        Assert.Equal($"\"{most}\"", (await (await test.EnqueueAsync(args: most)).GetInfoAsync())!.ArgsJson);
    }

    [Fact]
    public async Task Arguments_that_cannot_be_written_are_refused()
    {
        await using var test = await TestEnqueuer.CreateAsync();
        var circle = new List<object>();
        circle.Add(circle);

        foreach (var args in new object[] { circle, typeof(string), double.NaN, new Dictionary<string, object> { ["f"] = () => 1 } })
        {
            var error = await Assert.ThrowsAnyAsync<ArgumentException>(() => test.EnqueueAsync(args: args));
            Assert.Equal("args", error.ParamName);
            Assert.Contains("greet", error.Message, StringComparison.Ordinal);
        }

        Assert.Empty(await test.KeysInRedisAsync());
    }

    [Fact]
    public async Task Arguments_are_written_and_measured_as_the_serializers_options_say()
    {
        var letters = new string('я', 200_000);
        await using var plain = await TestEnqueuer.CreateAsync();
        await using var relaxed = await TestEnqueuer.CreateAsync(
            configure: options => options.SerializerOptions = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

        // Six bytes a letter, since its encoder is the careful one; two as UTF-8.
        await Assert.ThrowsAnyAsync<ArgumentException>(() => plain.EnqueueAsync(args: letters));
        var handle = await relaxed.EnqueueAsync(args: letters);

        Assert.Equal($"\"{letters}\"", (await handle.GetInfoAsync())!.ArgsJson);
    }

    [Theory]
    [InlineData("Upper")]
    [InlineData("")]
    [InlineData("a:b")]
    [InlineData("a{b}")]
    [InlineData("name\n")]
    public async Task Queue_names_with_other_characters_are_refused(string name)
    {
        await using var test = await TestEnqueuer.CreateAsync();

        Assert.Contains("1 to 64", Assert.Throws<ArgumentException>(() => JobQueue.List(name)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => JobQueue.Stream(new string('q', 65)));
        Assert.Throws<ArgumentException>(() => test.Enqueuer.GetJob(name, "id"));
        Assert.Throws<FormatException>(() => JobQueue.Parse("zset:name"));
    }

    [Fact]
    public async Task Ids_that_none_can_have_are_refused_by_the_handle()
    {
        await using var test = await TestEnqueuer.CreateAsync();

        Assert.Equal("id", Assert.Throws<ArgumentException>(() => test.Enqueuer.GetJob("queue", "a b")).ParamName);
    }

    [Fact]
    public async Task Options_in_the_place_of_the_arguments_are_refused()
    {
        await using var test = await TestEnqueuer.CreateAsync();

        var error = await Assert.ThrowsAsync<ArgumentException>(() => test.Enqueuer.EnqueueAsync("greet", new EnqueueOptions { Priority = 0 }));

        Assert.Contains("The options stand where the arguments belong.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_a_token_that_is_cancelled_already_nothing_is_sent()
    {
        await using var test = await TestEnqueuer.CreateAsync();
        var queue = new EnqueueOptions { Queue = test.Queue, JobId = "cancelled" };
        var cancelled = new CancellationToken(canceled: true);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => test.Enqueuer.EnqueueManyAsync([NewJob.Named("greet", null, queue)], cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => test.Enqueuer.EnqueueAsync("greet", null, queue, cancelled));

        Assert.Null(await test.Enqueuer.GetJob(test.Queue.Name, "cancelled").GetStateAsync());
    }

    [Fact]
    public async Task No_job_at_all_is_refused()
    {
        await using var test = await TestEnqueuer.CreateAsync();

        Assert.Throws<ArgumentNullException>(() => NewJob.Of<EnqueueTests.Greet>(null!));
        await Assert.ThrowsAsync<ArgumentNullException>(() => test.Enqueuer.EnqueueAsync<EnqueueTests.Greet>(null!));
    }

    [Theory]
    [InlineData(-2)]
    [InlineData(50.0 * 24 * 60 * 60 * 1000)]
    public async Task A_wait_beyond_its_limits_is_refused(double milliseconds)
    {
        await using var test = await TestEnqueuer.CreateAsync();
        var handle = test.Enqueuer.GetJob(test.Queue.Name, "any");

        var error = await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => handle.WaitForResultAsync<string>(TimeSpan.FromMilliseconds(milliseconds)));

        Assert.Equal("timeout", error.ParamName);
        Assert.Contains("0 to 49 days", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("redis://app:hush@localhost:6379", "is a URL")]
    [InlineData(",password=hush", "names no server")]
    [InlineData("localhost,password=hu,sh=1", "Part 3 of the 3 of the connection string")]
    [InlineData("localhost,connectTimeout=hush,ssl=true", "Part 2 of the 3 of the connection string")]
    public void A_wrong_connection_string_is_refused_before_its_first_use_and_not_shown(string connectionString, string reason)
    {
        var section = new ConfigurationManager { ["ConnectionString"] = connectionString };
        Assert.All(
            [
                () => new ServiceCollection().AddJobEnqueuer(connectionString),
                () => Build(services => services.AddJobEnqueuer(options => options.ConnectionString = connectionString)),
                () => Build(services => services.AddJobEnqueuer(section)),
            ],
            (Action add) =>
            {
                var refused = Record.Exception(add);
                Assert.True(refused is ArgumentException or OptionsValidationException, $"{refused}");
                Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
                Assert.DoesNotContain("hu", refused.Message, StringComparison.Ordinal);
            });

        static void Build(Action<IServiceCollection> add)
        {
            var services = new ServiceCollection();
            add(services);
            using var built = services.BuildServiceProvider();
            built.GetRequiredService<IJobEnqueuer>();
        }
    }

    [Fact]
    public void A_URL_is_refused_as_a_connection_string() =>
        Assert.Contains(
            "is a URL",
            Assert.Throws<ArgumentException>(() => new ServiceCollection().AddJobEnqueuer("redis://localhost:6379")).Message,
            StringComparison.Ordinal);
}
