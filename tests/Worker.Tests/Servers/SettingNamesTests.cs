using FunctionJobs.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FunctionJobs.Tests;

public sealed class SettingNamesTests
{
    [Theory]
    [InlineData("Jobs:Concurency", "Jobs__Concurency is no setting of this app and does nothing. With Jobs__ in front there are: Concurrency, Lease, ")]
    [InlineData("Jobs:SerializerOptions", "Jobs__SerializerOptions is no setting")]
    [InlineData("Jobs:Types:prob:Timeout", "Jobs__Types__prob is no setting of this app and does nothing. With Jobs__Types__ in front there are: probe.")]
    [InlineData("Jobs:Types:probe:TimeOuts", "Jobs__Types__probe__TimeOuts is no setting")]
    public void A_setting_that_nothing_reads_is_named_beside_those_that_there_are(string setting, string expected) =>
        Assert.StartsWith(
            expected,
            Assert.Single(SettingNames.Unknown(new ConfigurationManager { [setting] = "secret-word" }, [Probe.JobName])),
            StringComparison.Ordinal);

    [Theory]
    [InlineData("Jobs:Concurrency")]
    [InlineData("JOBS:LINGER")]
    [InlineData("Jobs:Types:PROBE:maxattempts")]
    public void One_that_is_read_is_not_in_whatever_case(string setting) =>
        Assert.Empty(SettingNames.Unknown(new ConfigurationManager { [setting] = "1" }, [Probe.JobName]));

    [Theory]
    [InlineData("Jobs:Types:mail:send:Timeout")]
    [InlineData("Jobs:Types:mail:Timeout")]
    public void A_job_name_with_a_colon_is_no_unknown_setting(string setting) =>
        Assert.Empty(SettingNames.Unknown(new ConfigurationManager { [setting] = "1" }, ["mail", "mail:send"]));

    [Fact]
    public async Task A_worker_warns_of_them_when_it_starts()
    {
        await using var queue = await TestQueue.CreateAsync();
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration["Jobs:Concurency"] = "5";
        builder.Logging.AddProvider(queue.Logs);
        builder.Services.AddSingleton(queue.Redis).AddJobWorker().AddQueue(queue.Queue).AddJob<Probe, ProbeHandler>();
        using var host = builder.Build();

        await host.CheckJobWorkerAsync();

        var warning = Assert.Single(queue.Logs.Lines, line => line.Text.Contains("Concurency", StringComparison.Ordinal));
        Assert.Equal(LogLevel.Warning, warning.Level);
    }
}
