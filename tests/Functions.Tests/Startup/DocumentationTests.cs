using FunctionJobs.Functions;
using FunctionJobs.Worker;

namespace FunctionJobs.Tests.Startup;

public sealed class DocumentationTests
{
    [Theory]
    [InlineData(typeof(MailOptions), "Mail__")]
    [InlineData(typeof(ImageOptions), "Images__")]
    [InlineData(typeof(JobWorkerOptions), "Jobs__")]
    [InlineData(typeof(JobTypeOptions), "…__")]
    public void Every_setting_is_in_the_documentation_with_its_default(Type options, string prefix)
    {
        var rows = Repository.Read("docs/configuration.md").Split('\n');
        var defaults = Activator.CreateInstance(options);
        // Not a setting but code.
        foreach (var setting in options.GetProperties().Where(property => property.Name != nameof(JobWorkerOptions.SerializerOptions)))
        {
            var row = Assert.Single(rows, row => row.StartsWith('|') && row.Split('|')[1].Contains($"`{prefix}{setting.Name}`", StringComparison.Ordinal));
            var value = setting.GetValue(defaults);
            if (value is not null)
            {
                Assert.Contains($"`{(value is bool truth ? (truth ? "true" : "false") : value)}`", row.Split('|')[3], StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void The_example_settings_are_named_as_in_the_documentation()
    {
        var documentation = Repository.Read("docs/configuration.md");
        using var example = System.Text.Json.JsonDocument.Parse(Repository.Read("local.settings.json.example"));

        Assert.False(example.RootElement.GetProperty("IsEncrypted").GetBoolean());
        Assert.All(
            example.RootElement.GetProperty("Values").EnumerateObject(),
            value => Assert.Contains($"`{value.Name}`", documentation, StringComparison.Ordinal));
    }
}
