using System.Reflection;
using System.Text.Json;
using FunctionJobs.Functions;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.Azure.Functions.Worker.Extensions.Redis;

namespace FunctionJobs.Tests.Startup;

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

    [Theory]
    [InlineData(
        typeof(SendWelcomeEmailFunction),
        """{"name":"entry","type":"redisListTrigger","direction":"In","connection":"Redis","key":"jobs:{welcome-email}:trigger","pollingIntervalInMs":50,"maxBatchSize":100,"listDirection":"LEFT","dataType":"String"}""")]
    [InlineData(
        typeof(ResizePostImageFunction),
        """{"name":"entry","type":"redisStreamTrigger","direction":"In","connection":"Redis","key":"jobs:{post-image}:trigger","pollingIntervalInMs":50,"maxBatchSize":100,"dataType":"String"}""")]
    public void The_metadata_that_the_worker_SDK_makes_of_them_is(Type type, string metadata)
    {
        var method = MethodOf(type);

        Assert.True(type.IsPublic && method.IsPublic && !method.IsStatic);
        Assert.Equal(typeof(Task), method.ReturnType);
        Assert.Equal(metadata, JsonSerializer.Serialize(BindingOf(method.GetParameters()[0])));
        Assert.Equal(typeof(FunctionContext), method.GetParameters()[1].ParameterType);
        Assert.DoesNotContain(method.CustomAttributes, attribute => attribute.AttributeType.Name.Contains("Retry", StringComparison.Ordinal));
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
        var method = MethodOf(typeof(T));
        return (method.GetCustomAttribute<FunctionAttribute>()!.Name, method.GetParameters()[0]);
    }

    private static MethodInfo MethodOf(Type type) =>
        type.GetMethods().Single(method => method.GetCustomAttribute<FunctionAttribute>() is not null);

    /// <summary>As the SDK's generator does it: the trigger's kind from the attribute's name, the rest from its constructor's arguments.</summary>
    private static Dictionary<string, object?> BindingOf(ParameterInfo parameter)
    {
        var trigger = parameter.CustomAttributes.Single(attribute => attribute.AttributeType.IsAssignableTo(typeof(TriggerBindingAttribute)));
        var kind = trigger.AttributeType.Name[..^"Attribute".Length];
        var binding = new Dictionary<string, object?>
        {
            ["name"] = parameter.Name,
            ["type"] = char.ToLowerInvariant(kind[0]) + kind[1..],
            ["direction"] = "In",
        };
        foreach (var (argument, of) in trigger.ConstructorArguments.Zip(trigger.Constructor.GetParameters()))
        {
            binding[of.Name!] = argument.ArgumentType.IsEnum ? Enum.GetName(argument.ArgumentType, argument.Value!) : argument.Value;
        }

        binding["dataType"] = parameter.ParameterType.Name;
        return binding;
    }
}
