using System.Net.Http.Json;

namespace FunctionJobs.Tests;

public sealed class TraceTests
{
    [Fact]
    public async Task A_request_its_job_and_what_the_job_does_are_one_trace()
    {
        using var otlp = new OtlpReceiver();
        await using var smtp = await SmtpServer.StartAsync();
        await using var site = await Site.CreateAsync();
        await site.StartAppAsync([.. otlp.Settings, ("Mail__Host", "127.0.0.1"), ("Mail__Port", $"{smtp.Port}")]);
        var api = await site.StartApiAsync(otlp.Settings);

        (await api.Client.PostAsJsonAsync("/auth/register", new { name = "Ada", email = "ada@example.com" })).EnsureSuccessStatusCode();

        Span Only(string name) => Assert.Single(otlp.Spans, span => span.Name == name);
        await Eventually.TrueAsync(() => otlp.Spans.Any(span => span.Name == "run send_welcome_email"), "the attempt's span has come");
        await Eventually.TrueAsync(() => otlp.Spans.Any(span => span.Name == "POST /auth/register"), "the request's span has come");
        var request = Only("POST /auth/register");
        var enqueue = Only("enqueue send_welcome_email");
        var run = Only("run send_welcome_email");
        var mail = Only("send mail");
        Assert.Equal(request.SpanId, enqueue.ParentId);
        Assert.Equal(enqueue.SpanId, run.ParentId);
        Assert.Equal(run.SpanId, mail.ParentId);
        Assert.All([enqueue, run, mail], span => Assert.Equal(request.TraceId, span.TraceId));
        // Looking whether the mail was sent, and recording that it is: PostgreSQL.
        Assert.True(otlp.Spans.Count(span => span.ParentId == run.SpanId && span.TraceId == request.TraceId && span != mail) >= 2);
        await Eventually.TrueAsync(() => otlp.Paths.Contains("/v1/metrics"), "metrics have come");
    }
}
