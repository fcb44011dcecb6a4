using FunctionJobs.Emulator.Startup;
using Microsoft.Extensions.Configuration;

namespace FunctionJobs.Emulator.Tests.Startup;

public sealed class AppSettingsTests
{
    [Fact]
    public void A_setting_between_percent_signs_is_replaced_wherever_it_stands() =>
        Assert.Equal("jobs:{welcome}:trigger 100", Settings(("Queue", "welcome"), ("A:B", "trigger")).Resolve("jobs:{%Queue%}:%A__B% 100", "F"));

    [Fact]
    public void A_percent_sign_without_a_partner_is_refused_since_the_host_would_replace_nothing()
    {
        var refusal = Assert.Throws<StartupException>(() => Settings(("Queue", "welcome")).Resolve("jobs:{%Queue%}:100%", "F"));
        Assert.StartsWith("Function 'F' has 'jobs:{%Queue%}:100%', in which a % has no partner.", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_setting_is_named()
    {
        var refusal = Assert.Throws<StartupException>(() => Settings().Resolve("%Queue%", "F"));
        Assert.StartsWith("Function 'F' uses %Queue%, but the setting 'Queue' is not set.", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Redis")]
    [InlineData("ConnectionStrings:Redis")]
    [InlineData("AzureWebJobsRedis")]
    [InlineData("ConnectionStrings:AzureWebJobsRedis")]
    public void A_connection_is_found_under(string name) =>
        Assert.Equal("localhost", Settings((name, "localhost")).ConnectionString("Redis", "F"));

    [Fact]
    public void Of_several_connections_the_one_that_the_host_would_take_counts()
    {
        (string, string)[] all =
        [
            ("ConnectionStrings:AzureWebJobsRedis", "first"), ("AzureWebJobsRedis", "second"), ("ConnectionStrings:Redis", "third"), ("Redis", "fourth"),
        ];
        for (var gone = 0; gone < all.Length; gone++)
        {
            Assert.Equal(all[gone].Item2, Settings(all[gone..]).ConnectionString("Redis", "F"));
        }
    }

    [Fact]
    public void A_missing_connection_is_named_with_what_to_write()
    {
        var refusal = Assert.Throws<StartupException>(() => Settings().ConnectionString("Redis", "F"));
        Assert.Equal(
            "Function 'F' needs the connection string 'Redis', but no such setting is set. Write it into local.settings.json, \"Values\": { \"Redis\": \"localhost:6379\" }, or set the environment variable Redis=localhost:6379.",
            refusal.Message);
    }

    private static AppSettings Settings(params (string Key, string Value)[] values) =>
        new(new ConfigurationBuilder().AddInMemoryCollection(values.Select(value => KeyValuePair.Create(value.Key, (string?)value.Value))).Build());
}
