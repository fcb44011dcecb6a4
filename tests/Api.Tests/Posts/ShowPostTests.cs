namespace FunctionJobs.Tests;

public sealed class ShowPostTests(RunningApi api)
{
    [Theory]
    [InlineData("/posts/987654321")]
    [InlineData("/posts/abc")]
    [InlineData("/posts/99999999999999999999")]
    public async Task A_post_that_is_not_there_is_not_found(string path)
    {
        using var answer = await api.GetAsync(path);

        await answer.ReadProblemAsync(HttpStatusCode.NotFound);
    }
}
