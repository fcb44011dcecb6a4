using FunctionJobs.Functions;

namespace FunctionJobs.Tests.Startup;

public sealed class FunctionTimeoutTests
{
    [Theory]
    [InlineData("Jobs__HoldInvocationFor", "00:05:00", "Jobs__HoldInvocationFor is 00:05:00 and Jobs__Types__send_welcome_email__Timeout is 00:05:00; together they must be less than functionTimeout of host.json, which is 00:10:00")]
    [InlineData("Jobs__Types__resize_post_image__Timeout", "00:06:00", "Jobs__HoldInvocationFor is 00:04:00 and Jobs__Types__resize_post_image__Timeout is 00:06:00; together")]
    [InlineData("AzureFunctionsJobHost__functionTimeout", "00:09:00", "which is 00:09:00")]
    public async Task Invocation_and_job_must_together_be_shorter_than_the_host_lets_them_be(string setting, string value, string expected) =>
        Assert.Contains(expected, await SaidAsync((setting, value)), StringComparison.Ordinal);

    [Theory]
    [InlineData("00:09:01")]
    [InlineData("-1")]
    [InlineData("")]
    public async Task A_host_that_lets_them_be_is_asked_for_nothing(string functionTimeout) =>
        Assert.DoesNotContain("functionTimeout", await SaidAsync(("AzureFunctionsJobHost__functionTimeout", functionTimeout)), StringComparison.Ordinal);

    [Fact]
    public async Task A_host_that_is_told_nothing_lets_them_be_for_30_minutes() => Assert.Contains(
        "which is 00:30:00",
        await SaidAsync(("AzureFunctionsJobHost__functionTimeout", ""), ("Jobs__HoldInvocationFor", "00:25:00")),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("00:00:00.999")]
    [InlineData("00:00:00")]
    public async Task A_function_timeout_below_a_second_is_refused(string functionTimeout) => Assert.Contains(
        "\"functionTimeout\" must be a time of at least 1 second", await SaidAsync(("AzureFunctionsJobHost__functionTimeout", functionTimeout)), StringComparison.Ordinal);

    [Fact]
    public async Task A_job_timeout_that_is_no_timeout_is_told_once()
    {
        var said = await SaidAsync(("Jobs__Types__resize_post_image__Timeout", "00:00:00"));

        Assert.Equal(2, said.Split("Jobs__Types__resize_post_image__Timeout is 00:00:00").Length);
    }

    // Without Redis, so that it ends in any case.
    private static async Task<string> SaidAsync(params (string Name, string Value)[] settings)
    {
        var environment = settings.ToDictionary(setting => setting.Name, setting => (string?)setting.Value);
        environment["Redis"] = null;
        await using var app = await ChildProcess.StartDotnetAsync(
            typeof(SendWelcomeEmail).Assembly.Location,
            environment: environment,
            cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(1, await app.WaitForExitAsync());

        return string.Join('\n', app.Lines);
    }
}
