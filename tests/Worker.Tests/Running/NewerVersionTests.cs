namespace FunctionJobs.Tests;

/// <summary>Two versions of the app at once: what this one does not know, it leaves alone.</summary>
public sealed class NewerVersionTests
{
    [Fact]
    public async Task A_field_that_a_newer_version_has_put_into_a_record_is_ignored_and_kept()
    {
        await using var queue = await TestQueue.CreateAsync();
        var handle = await queue.EnqueueAsync("word");
        var record = queue.Keys.Job(handle.Id);
        var constant = (string)(await queue.Database.HashGetAsync(record, "job"))!;
        var newer = constant.Replace("\"name\":", "\"colour\":{\"of\":[1,2]},\"name\":", StringComparison.Ordinal);
        await queue.Database.HashSetAsync(record, [new("job", newer), new("shape", "round")]);

        await queue.StartWorkerAsync((job, _) => Task.FromResult<string?>(job.Word));

        Assert.Equal("word", await handle.WaitForResultAsync<string>(TimeSpan.FromSeconds(20)));
        Assert.Equal("word", System.Text.Json.JsonDocument.Parse((await queue.InfoAsync(handle.Id)).ArgsJson).RootElement.GetProperty("word").GetString());
        Assert.Equal([newer, "round"], (await queue.Database.HashGetAsync(record, ["job", "shape"])).Select(value => value.ToString()));
    }
}
