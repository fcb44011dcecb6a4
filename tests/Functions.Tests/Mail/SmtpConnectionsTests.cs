using FunctionJobs.Functions;
using Microsoft.Extensions.Options;
using Polly;
using Polly.Registry;

namespace FunctionJobs.Tests.Mail;

/// <summary>What a mail server that is slow to answer costs.</summary>
public sealed class SmtpConnectionsTests
{
    [Fact]
    public async Task A_mail_that_the_server_has_got_without_answering_is_not_sent_again_at_once()
    {
        await using var server = await SmtpServer.StartAsync();
        await using var app = await FunctionsApp.StartAsync(("Mail:Host", "127.0.0.1"), ("Mail:Port", $"{server.Port}"));
        var mail = await app.Get<WelcomeMessages>().ComposeAsync(17, new("Eve", "hold@example.com"));
        using var enough = new CancellationTokenSource(TimeSpan.FromSeconds(2));

        var failure = await Assert.ThrowsAsync<MailOutcomeUnknownException>(() => app.Get<IMailDelivery>().DeliverAsync(mail, enough.Token));

        Assert.False(MailFailures.IsTransient(failure));
        Assert.Null(MailFailures.Permanent(failure));
        Assert.Single(server.Mails);
    }

    [Fact]
    public async Task Waiting_for_a_connection_takes_nothing_of_the_time_that_a_try_has()
    {
        await using var server = await SmtpServer.StartAsync();
        await using var app = await FunctionsApp.StartAsync();
        var pipelines = new ResiliencePipelineRegistry<string>();
        pipelines.TryAddBuilder(Resilience.Smtp, static (_, _) => { });
        pipelines.TryAddBuilder(Resilience.SmtpTry, static (pipeline, _) => pipeline.AddTimeout(TimeSpan.FromSeconds(2)));
        await using var connections = new SmtpConnections(
            Options.Create(new MailOptions { Host = "127.0.0.1", Port = server.Port, Security = MailSecurity.None, MaxConnections = 1 }),
            pipelines,
            TimeProvider.System);
        var held = await app.Get<WelcomeMessages>().ComposeAsync(17, new("Eve", "hold@example.com"));
        var mail = await app.Get<WelcomeMessages>().ComposeAsync(18, new("Bob", "bob@example.com"));

        var unanswered = Enumerable.Range(0, 3).Select(_ => Record.ExceptionAsync(() => connections.DeliverAsync(held, CancellationToken.None)).AsTask()).ToList();
        await connections.DeliverAsync(mail, CancellationToken.None);

        Assert.All(await Task.WhenAll(unanswered), failure => Assert.IsType<MailOutcomeUnknownException>(failure));
        await server.WaitForLineAsync("^RCPT bob$");
        Assert.Equal(1, server.Lines.Count(line => line == "RCPT bob"));
    }
}
