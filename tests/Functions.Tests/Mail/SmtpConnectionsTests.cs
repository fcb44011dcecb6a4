using FunctionJobs.Functions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Polly;
using Polly.Registry;

namespace FunctionJobs.Tests.Mail;

/// <summary>How many connections there are and for how long, and what a mail server that is slow to answer costs.</summary>
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

    [Fact]
    public async Task No_more_connections_are_open_than_the_setting_allows()
    {
        const int Mails = 5;
        await using var server = await SmtpServer.StartAsync();
        await using var app = await FunctionsApp.StartAsync(("Mail:Host", "127.0.0.1"), ("Mail:Port", $"{server.Port}"), ("Mail:MaxConnections", "2"));
        var mails = await Task.WhenAll(Enumerable.Range(1, Mails).Select(user => app.Get<WelcomeMessages>().ComposeAsync(user, new("Eve", "hold@example.com"))));

        var deliveries = mails.Select(mail => app.Get<IMailDelivery>().DeliverAsync(mail, CancellationToken.None)).ToList();
        await Eventually.TrueAsync(() => Count(server, "DATA") == 2, "two mails are with the server");
        for (var answers = 1; answers <= Mails; answers++)
        {
            server.Answer();
            await Eventually.EqualAsync(answers, () => Task.FromResult(Count(server, "ANSWERED")), "answers");
        }

        // Each connection is used again, so there were never more.
        await Task.WhenAll(deliveries);
        Assert.Equal(2, Count(server, "CONNECTED"));
    }

    [Fact]
    public async Task An_idle_connection_is_used_again_for_20_seconds_and_then_closed()
    {
        await using var server = await SmtpServer.StartAsync();
        await using var app = await FunctionsApp.StartAsync();
        var clock = new FakeTimeProvider();
        await using var connections = new SmtpConnections(
            Options.Create(new MailOptions { Host = "127.0.0.1", Port = server.Port, Security = MailSecurity.None }),
            app.Get<ResiliencePipelineProvider<string>>(),
            clock);
        var mail = await app.Get<WelcomeMessages>().ComposeAsync(17, new("Eve", "eve@example.com"));

        await connections.DeliverAsync(mail, CancellationToken.None);
        clock.Advance(TimeSpan.FromSeconds(19.9));
        await connections.DeliverAsync(mail, CancellationToken.None);
        await Eventually.TrueAsync(() => Count(server, "DATA") == 2, "two mails are with the server");
        Assert.Equal(1, Count(server, "CONNECTED"));

        clock.Advance(TimeSpan.FromSeconds(20.1));
        await connections.DeliverAsync(mail, CancellationToken.None);
        await Eventually.TrueAsync(() => Count(server, "DATA") == 3, "three mails are with the server");
        Assert.Equal(2, Count(server, "CONNECTED"));
        await Eventually.TrueAsync(() => Count(server, "GONE") == 1, "the old connection is closed");
    }

    private static int Count(SmtpServer server, string line) => server.Lines.Count(one => one == line);
}
