namespace FunctionJobs.Emulator.Tests.Triggers;

public sealed class DisabledFunctionsTests
{
    [Theory]
    [InlineData("AzureWebJobs.TakeFromList.Disabled", "true")]
    [InlineData("AzureWebJobs.takefromlist.Disabled", "1")]
    [InlineData("AzureWebJobs_TakeFromList_Disabled", "True")]
    public Task A_function_that_a_setting_disables_takes_nothing_and_is_marked_in_the_list(string setting, string value) =>
        AssertDisabledAsync(new() { Configure = builder => builder.Configuration[setting] = value });

    [Fact]
    public Task A_function_that_the_list_in_host_json_leaves_out_takes_nothing_and_is_marked_in_the_list() =>
        AssertDisabledAsync(new() { HostJson = """{ "version": "2.0", "functions": [ "beside" ] }""" });

    [Theory]
    [InlineData("AzureWebJobs.TakeFromList.Disabled", "false")]
    [InlineData("AzureWebJobs.Beside.Disabled", "true")]
    public async Task Any_other_function_runs(string setting, string value)
    {
        await using var app = await EmulatedApp.StartAsync<FromList>(new()
        {
            HostJson = """{ "version": "2.0", "functions": [ "TakeFromList", "Beside" ] }""",
            Configure = builder => builder.Configuration[setting] = value,
        });
        await SharedRedis.Database.ListRightPushAsync(app.Key, "a");
        await app.Probe.HasEndedAsync("a");
        Assert.DoesNotContain("disabled", app.Output.ToString(), StringComparison.Ordinal);
    }

    private static async Task AssertDisabledAsync(EmulatedAppOptions options)
    {
        await using var app = await EmulatedApp.StartAsync([typeof(FromList), typeof(Beside)], options);
        await SharedRedis.Database.ListRightPushAsync(app.Key, "a");
        await app.TenPollsAsync();
        Assert.DoesNotContain("a", app.Probe.Started);
        Assert.Equal(1, await SharedRedis.Database.ListLengthAsync(app.Key));

        var list = app.Output.ToString().Split('\n');
        Assert.EndsWith(" (disabled)", Assert.Single(list, line => line.Contains("TakeFromList: redisListTrigger", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.EndsWith(", LEFT)", Assert.Single(list, line => line.Contains("Beside: redisListTrigger", StringComparison.Ordinal)), StringComparison.Ordinal);
    }
}
