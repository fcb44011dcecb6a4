using FunctionJobs.Chaos;

namespace FunctionJobs.Tests;

public sealed class ChaosOptionsTests
{
    [Fact]
    public void A_report_whose_folder_is_missing_is_refused_before_the_run()
    {
        using var folder = new TemporaryFolder();
        var missing = folder.File("missing");
        var report = Path.Combine(missing, "report.json");

        Assert.Equal($"--report {report}: there is no folder {missing}. Create it, or name a file elsewhere.", ChaosOptions.Parse(["--report", report])!.Problem);
        Assert.Null(ChaosOptions.Parse(["--report", folder.File("report.json")])!.Problem);
        Assert.Null(ChaosOptions.Parse(["--report", "report.json"])!.Problem);
        Assert.Null(ChaosOptions.Parse([])!.Problem);
    }
}
