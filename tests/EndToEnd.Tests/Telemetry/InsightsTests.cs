using System.Net.Http.Json;

namespace FunctionJobs.Tests;

public sealed class InsightsTests
{
    private const string Api = "functionjobs-api";
    private const string Functions = "functionjobs-functions";

    [Fact]
    public async Task Application_Insights_gets_the_request_and_its_job_as_one_trace_and_the_metrics_of_both_apps()
    {
        using var insights = new InsightsReceiver();
        await using var site = await Site.CreateAsync();
        var app = await site.StartAppAsync(insights.Settings);
        var api = await site.StartApiAsync(insights.Settings);

        (await api.Client.PostAsJsonAsync("/auth/register", new { name = "Ada", email = "ada@example.com" })).EnsureSuccessStatusCode();

        InsightsItem Only(string role, string name) => Assert.Single(insights.Items, item => item.Role == role && item.Name == name && item.SpanId is not null);
        await Eventually.TrueAsync(() => insights.Items.Any(item => item.Name == "run send_welcome_email"), "the attempt has come");
        await Eventually.TrueAsync(() => insights.Items.Any(item => item.Name == "POST /auth/register"), "the request has come");
        var request = Only(Api, "POST /auth/register");
        var enqueue = Only(Api, "enqueue send_welcome_email");
        var run = Only(Functions, "run send_welcome_email");
        var mail = Only(Functions, "send mail");
        Assert.Equal(
            (request.SpanId, enqueue.SpanId, run.SpanId),
            (enqueue.ParentId, run.ParentId, mail.ParentId));
        Assert.All([enqueue, run, mail], item => Assert.Equal(request.TraceId, item.TraceId));
        Assert.True(insights.Items.Count(item => item.ParentId == run.SpanId && item.TraceId == request.TraceId && item.SpanId is not null && item != mail) >= 2);

        // What a minute would bring comes at the end.
        app.Terminate();
        api.Terminate();
        await app.WaitForExitAsync();
        await api.WaitForExitAsync();
        Assert.Contains(insights.Items, item => item is { Role: Api, Name: "functionjobs.enqueued" });
        Assert.Contains(insights.Items, item => item is { Role: Functions, Name: "functionjobs.transitions", Move: "started" });
        Assert.Contains(insights.Items, item => item is { Role: Functions, Name: "functionjobs.transitions", Move: "completed" });
        Assert.All(
            ["functionjobs.wait.duration", "functionjobs.run.duration", "functionjobs.queue.available", "functionjobs.queue.age", "functionjobs.trigger.silent"],
            name => Assert.Contains(insights.Items, item => item.Role == Functions && item.Name == name));
    }

    [Fact]
    public async Task With_a_sampler_that_keeps_all_none_of_many_requests_of_one_moment_is_missing()
    {
        const int Requests = 30;
        using var insights = new InsightsReceiver();
        await using var site = await Site.CreateAsync();
        var api = await site.StartApiAsync(insights.Settings);

        var answers = await Task.WhenAll(Enumerable.Range(1, Requests).Select(n =>
            api.Client.PostAsJsonAsync("/auth/register", new { name = "Ada", email = $"ada{n}@example.com" })));
        Assert.All(answers, answer => answer.EnsureSuccessStatusCode());

        api.Terminate();
        await api.WaitForExitAsync();
        Assert.Equal(Requests, insights.Items.Count(item => item.Name == "POST /auth/register" && item.SpanId is not null));
    }
}
