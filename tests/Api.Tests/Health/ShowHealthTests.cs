namespace FunctionJobs.Tests;

public sealed class ShowHealthTests(RunningApi api)
{
    [Fact]
    public async Task Both_servers_are_named()
    {
        var health = await api.GetJsonAsync("/health");

        Assert.Equal("""{"status":"healthy","checks":{"redis":"healthy","postgres":"healthy"}}""", health.GetRawText());
    }
}
