using System.Reflection;
using FunctionJobs.Functions;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Redis;

namespace FunctionJobs.Tests.StartUp;

/// <summary>What the Functions host reads of the two functions. Scaling rules and the queues' doorbells stand on it.</summary>
public sealed class TriggersTests
{
    [Fact]
    public void SendWelcomeEmail_is_started_by_a_list()
    {
        var (function, entry) = TriggerOf<SendWelcomeEmailFunction>();
        var trigger = entry.GetCustomAttribute<RedisListTriggerAttribute>()!;

        Assert.Equal("SendWelcomeEmail", function);
        Assert.Equal(typeof(string), entry.ParameterType);
        Assert.Equal("Redis", trigger.Connection);
        Assert.Equal("jobs:{welcome-email}:trigger", trigger.Key);
        Assert.Equal(50, trigger.PollingIntervalInMs);
        Assert.Equal(100, trigger.MaxBatchSize);
        Assert.Equal(ListDirection.LEFT, trigger.ListDirection);
        Assert.Equal((SendWelcomeEmail.Queue.Name, Doorbell.List), ("welcome-email", SendWelcomeEmail.Queue.Doorbell));
    }

    [Fact]
    public void ResizePostImage_is_started_by_a_stream()
    {
        var (function, entry) = TriggerOf<ResizePostImageFunction>();
        var trigger = entry.GetCustomAttribute<RedisStreamTriggerAttribute>()!;

        Assert.Equal("ResizePostImage", function);
        Assert.Equal(typeof(string), entry.ParameterType);
        Assert.Equal("Redis", trigger.Connection);
        Assert.Equal("jobs:{post-image}:trigger", trigger.Key);
        Assert.Equal(50, trigger.PollingIntervalInMs);
        Assert.Equal(100, trigger.MaxBatchSize);
        Assert.Equal((ResizePostImage.Queue.Name, Doorbell.Stream), ("post-image", ResizePostImage.Queue.Doorbell));
    }

    [Fact]
    public void There_are_no_other_functions() =>
        Assert.Equal(
            ["ResizePostImage", "SendWelcomeEmail"],
            typeof(SendWelcomeEmailFunction).Assembly.GetTypes()
                .SelectMany(type => type.GetMethods())
                .Select(method => method.GetCustomAttribute<FunctionAttribute>()?.Name)
                .OfType<string>()
                .Order());

    private static (string Function, ParameterInfo Entry) TriggerOf<T>()
    {
        var method = typeof(T).GetMethods().Single(method => method.GetCustomAttribute<FunctionAttribute>() is not null);
        return (method.GetCustomAttribute<FunctionAttribute>()!.Name, method.GetParameters()[0]);
    }
}
