using FunctionJobs.Emulator.Startup;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Redis;

namespace FunctionJobs.Emulator.Tests.Discovery;

public sealed class FunctionCatalogTests
{
    [Theory]
    [InlineData(typeof(SameName), "The name 'Same' belongs to 2 functions")]
    [InlineData(typeof(NoTrigger), "has 0 triggers")]
    [InlineData(typeof(TwoTriggers), "has 2 triggers")]
    [InlineData(typeof(NotPublic), "is not public")]
    [InlineData(typeof(Number), "must be a String, and it is a Int32")]
    [InlineData(typeof(Stranger), "'uri' is a Uri; beside the trigger only FunctionContext and CancellationToken")]
    [InlineData(typeof(AsyncVoid), "is async void")]
    [InlineData(typeof(NoPause), "pollingIntervalInMs must be above 0, and it is 0")]
    [InlineData(typeof(NoBatch), "maxBatchSize must be above 0, and it is -1")]
    [InlineData(typeof(NoKey), "key must not be empty")]
    [InlineData(typeof(NoSetting), "the setting 'Nowhere' is not set")]
    [InlineData(typeof(NoConnection), "needs the connection string 'Nowhere'")]
    [InlineData(typeof(ConnectionBySetting), "needs the connection string '%Connection%'")]
    [InlineData(typeof(NoConnectionString), "the setting 'BadConnection' is not a Redis connection string")]
    [InlineData(typeof(NoSchedule), "the schedule 'now and then' cannot be used")]
    public void What_is_wrong_with_a_function_is_said_at_start(Type functions, string expected)
    {
        var refusal = Assert.Throws<StartupException>(() => EmulatedApp.Build([functions], new()
        {
            Configure = builder => (builder.Configuration["BadConnection"], builder.Configuration["Connection"]) = ("localhost,nonsense=1", "Redis"),
        }));
        Assert.Contains(expected, refusal.Message, StringComparison.Ordinal);
    }

    private sealed class SameName
    {
        [Function("Same")]
        public static void One([RedisListTrigger("Redis", "k")] string value) => _ = value;

        [Function("same")]
        public static void Two([RedisListTrigger("Redis", "k")] string value) => _ = value;
    }

    private sealed class NoTrigger
    {
        [Function("F")]
        public static void Run(FunctionContext context) => _ = context;
    }

    private sealed class TwoTriggers
    {
        [Function("F")]
        public static void Run([RedisListTrigger("Redis", "k")] string one, [RedisStreamTrigger("Redis", "k")] string two) => _ = one + two;
    }

    private sealed class NotPublic
    {
        [Function("F")]
        internal static void Run([RedisListTrigger("Redis", "k")] string value) => _ = value;
    }

    private sealed class Number
    {
        [Function("F")]
        public static void Run([RedisListTrigger("Redis", "k")] int value) => _ = value;
    }

    private sealed class Stranger
    {
        [Function("F")]
        public static void Run([RedisListTrigger("Redis", "k")] string value, Uri uri) => _ = value + uri;
    }

    private sealed class AsyncVoid
    {
        [Function("F")]
        public static async void Run([RedisListTrigger("Redis", "k")] string value) => await Task.FromResult(value);
    }

    private sealed class NoPause
    {
        [Function("F")]
        public static void Run([RedisListTrigger("Redis", "k", 0)] string value) => _ = value;
    }

    private sealed class NoBatch
    {
        [Function("F")]
        public static void Run([RedisStreamTrigger("Redis", "k", 1, -1)] string value) => _ = value;
    }

    private sealed class NoKey
    {
        [Function("F")]
        public static void Run([RedisStreamTrigger("Redis", "")] string value) => _ = value;
    }

    private sealed class NoSetting
    {
        [Function("F")]
        public static void Run([RedisStreamTrigger("Redis", "%Nowhere%")] string value) => _ = value;
    }

    private sealed class NoConnection
    {
        [Function("F")]
        public static void Run([RedisStreamTrigger("Nowhere", "k")] string value) => _ = value;
    }

    // As in the real extension, which puts settings into keys only.
    private sealed class ConnectionBySetting
    {
        [Function("F")]
        public static void Run([RedisStreamTrigger("%Connection%", "k")] string value) => _ = value;
    }

    private sealed class NoConnectionString
    {
        [Function("F")]
        public static void Run([RedisStreamTrigger("BadConnection", "k")] string value) => _ = value;
    }

    private sealed class NoSchedule
    {
        [Function("F")]
        public static void Run([TimerTrigger("now and then")] TimerInfo timer) => _ = timer;
    }
}
