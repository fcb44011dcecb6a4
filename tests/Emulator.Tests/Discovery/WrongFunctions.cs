using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Redis;

namespace FunctionJobs.Emulator.Tests.Discovery;

// Functions that cannot run, each for the one reason that its class is named after.

internal sealed class SameName
{
    [Function("Same")]
    public static void One([RedisListTrigger("Redis", "k")] string value) => _ = value;

    [Function("same")]
    public static void Two([RedisListTrigger("Redis", "k")] string value) => _ = value;
}

internal sealed class NoTrigger
{
    [Function("F")]
    public static void Run(FunctionContext context) => _ = context;
}

internal sealed class TwoTriggers
{
    [Function("F")]
    public static void Run([RedisListTrigger("Redis", "k")] string one, [RedisStreamTrigger("Redis", "k")] string two) => _ = one + two;
}

internal sealed class NotPublic
{
    [Function("F")]
    internal static void Run([RedisListTrigger("Redis", "k")] string value) => _ = value;
}

internal sealed class Number
{
    [Function("F")]
    public static void Run([RedisListTrigger("Redis", "k")] int value) => _ = value;
}

internal sealed class Stranger
{
    [Function("F")]
    public static void Run([RedisListTrigger("Redis", "k")] string value, Uri uri) => _ = value + uri;
}

internal sealed class AsyncVoid
{
    [Function("F")]
    public static async void Run([RedisListTrigger("Redis", "k")] string value) => await Task.FromResult(value);
}

internal sealed class NoPause
{
    [Function("F")]
    public static void Run([RedisListTrigger("Redis", "k", 0)] string value) => _ = value;
}

internal sealed class NoBatch
{
    [Function("F")]
    public static void Run([RedisStreamTrigger("Redis", "k", 1, -1)] string value) => _ = value;
}

internal sealed class NoKey
{
    [Function("F")]
    public static void Run([RedisStreamTrigger("Redis", "")] string value) => _ = value;
}

internal sealed class NoSetting
{
    [Function("F")]
    public static void Run([RedisStreamTrigger("Redis", "%Nowhere%")] string value) => _ = value;
}

internal sealed class NoConnection
{
    [Function("F")]
    public static void Run([RedisStreamTrigger("Nowhere", "k")] string value) => _ = value;
}

// As in the real extension, which puts settings into keys only.
internal sealed class ConnectionBySetting
{
    [Function("F")]
    public static void Run([RedisStreamTrigger("%Connection%", "k")] string value) => _ = value;
}

internal sealed class NoConnectionString
{
    [Function("F")]
    public static void Run([RedisStreamTrigger("BadConnection", "k")] string value) => _ = value;
}

internal sealed class NoSchedule
{
    [Function("F")]
    public static void Run([TimerTrigger("now and then")] TimerInfo timer) => _ = timer;
}

internal sealed class NameOfDigits
{
    [Function("1F")]
    public static void Run([RedisListTrigger("Redis", "k")] string value) => _ = value;
}

internal sealed class NameWithDot
{
    [Function("A.F")]
    public static void Run([RedisListTrigger("Redis", "k")] string value) => _ = value;
}

internal sealed class NameOfTheHost
{
    [Function("Host")]
    public static void Run([RedisListTrigger("Redis", "k")] string value) => _ = value;
}

internal sealed class LongName
{
    [Function(EveryTen + EveryTen + EveryTen + EveryTen + EveryTen + EveryTen + EveryTen + EveryTen + EveryTen + EveryTen + EveryTen + EveryTen + "a23456789")]
    public static void Run([RedisListTrigger("Redis", "k")] string value) => _ = value;

    private const string EveryTen = "a234567890";
}

internal sealed class ParameterWithUnderscore
{
    [Function("F")]
    public static void Run([RedisListTrigger("Redis", "k")] string the_value) => _ = the_value;
}

internal sealed class Overloaded
{
    [Function("F")]
    public static void Run([RedisListTrigger("Redis", "k")] string value) => _ = value;

    public static void Run(int value) => _ = value;
}

public class OtherRun
{
    public void Run(int value) => _ = value;
}

internal sealed class OverloadedByItsBase : OtherRun
{
    [Function("F")]
    public static void Run([RedisListTrigger("Redis", "k")] string value) => _ = value;
}

internal sealed class Outer
{
    internal sealed class Inner
    {
        [Function("F")]
        public static void Run([RedisListTrigger("Redis", "k")] string value) => _ = value;
    }
}

internal sealed class HiddenValueTask
{
    [Function("F")]
    public static ValueTask RunAsync([RedisListTrigger("Redis", "k")] string value) => value.Length == 0 ? ValueTask.CompletedTask : default;
}

/// <summary>What comes close to being refused.</summary>
internal sealed class Allowed : OtherRun
{
    [Function("Host-1_f")]
    public static void RunAsync([RedisListTrigger("Redis", "k")] string Entry1, CancellationToken of_any_name) => _ = Entry1 + of_any_name.CanBeCanceled;
}
