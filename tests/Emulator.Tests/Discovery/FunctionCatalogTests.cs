using FunctionJobs.Emulator.Startup;

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
    [InlineData(typeof(NameOfDigits), "Function '1F' (FunctionJobs.Emulator.Tests.Discovery.NameOfDigits.Run) has a name that the host refuses")]
    [InlineData(typeof(NameWithDot), "has a name that the host refuses")]
    [InlineData(typeof(NameOfTheHost), "has a name that the host refuses")]
    [InlineData(typeof(LongName), "has a name that the host refuses")]
    [InlineData(typeof(ParameterWithUnderscore), "the host refuses the name of the trigger's parameter, 'the_value'")]
    [InlineData(typeof(Overloaded), "is not the only public method of that name in its class")]
    [InlineData(typeof(OverloadedByItsBase), "is not the only public method of that name in its class")]
    [InlineData(typeof(Outer.Inner), "is in a class inside of another, where the worker does not find it. Move Inner out of Outer.")]
    [InlineData(typeof(HiddenValueTask), "returns a ValueTask, and its class HiddenValueTask is not public")]
    public void What_is_wrong_with_a_function_is_said_at_start(Type functions, string expected)
    {
        var refusal = Assert.Throws<StartupException>(() => EmulatedApp.Build([functions], new()
        {
            Configure = builder => (builder.Configuration["BadConnection"], builder.Configuration["Connection"]) = ("localhost,nonsense=1", "Redis"),
        }));
        Assert.Contains(expected, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_host_takes_is_not_refused()
    {
        await using var app = EmulatedApp.Build([typeof(Allowed)]);
        Assert.NotNull(app.Host);
    }
}
