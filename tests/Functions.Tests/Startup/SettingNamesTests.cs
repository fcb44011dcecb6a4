using FunctionJobs.Functions;
using Microsoft.Extensions.Configuration;

namespace FunctionJobs.Tests.Startup;

public sealed class SettingNamesTests
{
    [Theory]
    [InlineData("Mail:Sender", "Mail__Sender is no setting")]
    [InlineData("Images:Folders", "Images__Folders is no setting")]
    [InlineData("Schema:Wait", "Schema__Wait is no setting of this app and does nothing. With Schema__ in front there are: WaitFor.")]
    public void A_setting_that_nothing_reads_is_named_beside_those_that_there_are(string setting, string expected) =>
        Assert.StartsWith(
            expected, Assert.Single(SettingNames.Unknown(new ConfigurationManager { [setting] = "secret-word" })), StringComparison.Ordinal);

    [Fact]
    public void The_settings_of_the_documentation_are_known_in_whatever_case()
    {
        var configuration = new ConfigurationManager();
        foreach (var line in Repository.Read("docs/configuration.md").Split('\n'))
        {
            foreach (System.Text.RegularExpressions.Match setting in System.Text.RegularExpressions.Regex.Matches(line, "^\\| `((Mail|Images|Schema)__[A-Za-z_]+)`"))
            {
                configuration[setting.Groups[1].Value.Replace("__", ":", StringComparison.Ordinal).ToUpperInvariant()] = "1";
            }
        }

        Assert.InRange(configuration.AsEnumerable().Count(setting => setting.Value is not null), 12, 100);
        Assert.Empty(SettingNames.Unknown(configuration));
    }

    [Fact]
    public async Task The_process_warns_of_them_also_where_it_cannot_start()
    {
        await using var app = await ChildProcess.StartDotnetAsync(
            typeof(SendWelcomeEmail).Assembly.Location,
            environment: new Dictionary<string, string?> { ["Redis"] = null, ["Mail__Form"] = "hello@example.com" },
            cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(1, await app.WaitForExitAsync());

        Assert.Contains(app.Lines, line => line.Contains("Mail__Form is no setting of this app", StringComparison.Ordinal));
        Assert.Contains(app.Lines, line => line.Contains("Mail__From is not set", StringComparison.Ordinal));
    }
}
