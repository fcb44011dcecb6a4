using System.Collections.Concurrent;
using System.Diagnostics;
using FunctionJobs.Functions;
using FunctionJobs.Worker;
using MimeKit;

namespace FunctionJobs.Tests.WelcomeEmail;

public sealed class SendWelcomeEmailTests
{
    private static readonly SendWelcomeEmail Eve = new(17, "eve@example.com", "Eve");

    [Fact]
    public async Task Without_a_mail_server_the_mail_is_a_file_in_the_pickup_folder()
    {
        await using var app = await FunctionsApp.StartAsync();

        await app.RunAsync(Eve);

        var mail = await MimeMessage.LoadAsync(Assert.Single(Directory.GetFiles(app.MailFolder)), TestContext.Current.CancellationToken);
        Assert.Equal("welcome.17@example.com", mail.MessageId);
        Assert.Equal("eve@example.com", Assert.Single(mail.To.Mailboxes).Address);
        Assert.Equal("hello@example.com", Assert.Single(mail.From.Mailboxes).Address);
        Assert.Contains("Hello Eve,", mail.TextBody, StringComparison.Ordinal);
        Assert.Contains("<p>Hello Eve,</p>", mail.HtmlBody, StringComparison.Ordinal);
        Assert.EndsWith(".eml", Directory.GetFiles(app.MailFolder)[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_attempt_sends_nothing_and_the_mail_is_on_record_once()
    {
        await using var app = await FunctionsApp.StartAsync();

        await app.RunAsync(Eve, attempt: 1);
        await app.RunAsync(Eve, attempt: 2);
        await app.RunAsync(Eve, attempt: 1, jobId: "another");

        Assert.Single(Directory.GetFiles(app.MailFolder));
        Assert.Equal(1, await app.QueryAsync<long>("select count(*) from sent_emails where message_id = 'welcome.17@example.com' and user_id = 17 and template = 'welcome'"));
    }

    [Fact]
    public async Task When_Redis_has_forgotten_the_database_still_knows()
    {
        await using var app = await FunctionsApp.StartAsync();
        await app.RunAsync(Eve);
        await app.Redis.GetDatabase().KeyDeleteAsync($"jobs:{{{app.Queue}}}:once:welcome:17");

        await app.RunAsync(Eve, jobId: "another");

        Assert.Single(Directory.GetFiles(app.MailFolder));
    }

    [Fact]
    public async Task A_mail_that_was_sent_and_not_recorded_is_recorded_by_the_next_attempt()
    {
        await using var app = await FunctionsApp.StartAsync();
        await app.QueryAsync<int>("alter table sent_emails rename to away");
        await app.QueryAsync<int>("create view sent_emails as select * from away where false");
        await app.QueryAsync<int>("create rule nothing as on insert to sent_emails do instead select 1 / 0");
        await Assert.ThrowsAnyAsync<Exception>(() => app.RunAsync(Eve, attempt: 1));
        await app.QueryAsync<int>("drop view sent_emails");
        await app.QueryAsync<int>("alter table away rename to sent_emails");

        await app.RunAsync(Eve, attempt: 2);

        Assert.Single(Directory.GetFiles(app.MailFolder));
        Assert.Equal(1, await app.QueryAsync<long>("select count(*) from sent_emails"));
    }

    [Fact]
    public async Task Two_attempts_at_the_same_time_send_one_mail()
    {
        await using var app = await FunctionsApp.StartAsync();

        var runs = Enumerable.Range(0, 8).Select(i => Record.ExceptionAsync(() => app.RunAsync(Eve, jobId: $"job-{i}")).AsTask());
        var failures = (await Task.WhenAll(runs)).OfType<Exception>().ToList();

        Assert.All(failures, failure => Assert.IsType<RetryJobException>(failure));
        Assert.Single(Directory.GetFiles(app.MailFolder));
    }

    [Fact]
    public async Task A_mail_server_gets_the_mail_and_one_connection_serves_many()
    {
        await using var server = await SmtpServer.StartAsync();
        await using var app = await StartAsync(server);

        await app.RunAsync(Eve);
        await app.RunAsync(new SendWelcomeEmail(18, "bob@example.com", "Bob"));

        Assert.Equal(2, server.Mails.Count);
        await Eventually.TrueAsync(() => server.Lines.Count(line => line == "DATA") == 2, "two mails are with the server");
        Assert.Single(server.Lines, line => line == "CONNECTED");
        var mail = await MimeMessage.LoadAsync(server.Mails.Order().First(), TestContext.Current.CancellationToken);
        Assert.Equal("welcome.17@example.com", mail.MessageId);
        Assert.Empty(Directory.Exists(app.MailFolder) ? Directory.GetFiles(app.MailFolder) : []);
    }

    [Theory]
    [InlineData("later-2")]
    [InlineData("drop-2")]
    public async Task What_passes_in_a_moment_is_retried_within_the_attempt(string recipient)
    {
        await using var server = await SmtpServer.StartAsync();
        await using var app = await StartAsync(server);

        await app.RunAsync(new SendWelcomeEmail(17, $"{recipient}@example.com", "Eve"));

        Assert.Single(server.Mails);
        Assert.Equal(3, server.Lines.Count(line => line == $"RCPT {recipient}"));
    }

    [Fact]
    public async Task A_mail_that_is_not_sent_is_an_error_in_the_trace_as_well()
    {
        await using var app = await FunctionsApp.StartAsync(("Mail:Host", "127.0.0.1"), ("Mail:Port", "1"));
        using var caller = new Activity("caller").Start();
        var ended = new ConcurrentQueue<Activity>();
        // Made before it is asked about: while it is being made, Telemetry.Source is still null.
        var source = Telemetry.Source;
        using var listener = new ActivityListener
        {
            ShouldListenTo = one => one == source,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (activity.TraceId == caller.TraceId)
                {
                    ended.Enqueue(activity);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);

        await Assert.ThrowsAsync<MailServerUnavailableException>(() => app.RunAsync(Eve));

        var span = Assert.Single(ended);
        Assert.Equal(("send mail", ActivityStatusCode.Error, nameof(MailServerUnavailableException)), (span.OperationName, span.Status, span.GetTagItem("error.type")));
    }

    [Fact]
    public async Task A_domain_that_is_encoded_for_the_wire_gets_its_mail()
    {
        await using var server = await SmtpServer.StartAsync();
        await using var app = await StartAsync(server);

        await app.RunAsync(new SendWelcomeEmail(17, "eve@xn--exmple-cua.com", "Eve"));

        Assert.Single(server.Mails);
    }

    [Fact]
    public async Task What_passes_later_fails_the_attempt_and_the_next_one_sends()
    {
        await using var server = await SmtpServer.StartAsync();
        await using var app = await StartAsync(server);
        var job = new SendWelcomeEmail(17, "later-4@example.com", "Eve");

        var failure = await Assert.ThrowsAnyAsync<Exception>(() => app.RunAsync(job, attempt: 1));
        await app.RunAsync(job, attempt: 2);

        Assert.IsNotType<DiscardJobException>(failure);
        Assert.Contains("451", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("@example.com", failure.ToString(), StringComparison.Ordinal);
        Assert.Single(server.Mails);
        Assert.Equal(1, await app.QueryAsync<long>("select count(*) from sent_emails"));
    }

    [Theory]
    [InlineData("never", "550")]
    [InlineData("full", "552")]
    public async Task What_is_refused_for_good_is_discarded_at_once_with_the_reason(string recipient, string code)
    {
        await using var server = await SmtpServer.StartAsync();
        await using var app = await StartAsync(server);

        var discarded = await Assert.ThrowsAsync<DiscardJobException>(
            () => app.RunAsync(new SendWelcomeEmail(17, $"{recipient}@example.com", "Eve")));

        Assert.Contains(code, discarded.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("@example.com", discarded.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, server.Lines.Count(line => line == $"RCPT {recipient}"));
        Assert.Equal(0, await app.QueryAsync<long>("select count(*) from sent_emails"));
    }

    [Theory]
    [InlineData(17, "not an address", "Email")]
    [InlineData(17, "eve@example.com\r\nBcc: bob@example.com", "Email")]
    [InlineData(0, "eve@example.com", "UserId")]
    public async Task Arguments_that_can_never_work_are_discarded(long userId, string email, string named)
    {
        await using var app = await FunctionsApp.StartAsync();

        var discarded = await Assert.ThrowsAsync<DiscardJobException>(() => app.RunAsync(new SendWelcomeEmail(userId, email, "Eve")));

        Assert.StartsWith(named, discarded.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(app.MailFolder) && Directory.EnumerateFiles(app.MailFolder).Any());
    }

    [Fact]
    public async Task A_mail_server_that_is_away_fails_the_attempt_and_says_which()
    {
        await using var app = await FunctionsApp.StartAsync(("Mail:Host", "127.0.0.1"), ("Mail:Port", "1"));

        var failure = await Assert.ThrowsAsync<MailServerUnavailableException>(() => app.RunAsync(Eve));

        Assert.Contains("127.0.0.1:1", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_a_login_the_mail_goes_out_and_a_wrong_password_is_no_reason_to_discard()
    {
        await using var server = await SmtpServer.StartAsync("app", "right-password");
        await using var app = await StartAsync(server, ("Mail:User", "app"), ("Mail:Password", "right-password"));
        await using var wrong = await StartAsync(server, ("Mail:User", "app"), ("Mail:Password", "wrong-password"));

        await app.RunAsync(Eve);
        var failure = await Assert.ThrowsAsync<MailServerUnavailableException>(() => wrong.RunAsync(Eve));

        Assert.Single(server.Mails);
        Assert.DoesNotContain("wrong-password", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Neither_address_nor_name_nor_user_is_in_the_log()
    {
        await using var server = await SmtpServer.StartAsync();
        await using var app = await StartAsync(server);

        await app.RunAsync(new SendWelcomeEmail(730_194_600, "later-1@example.com", "Evelyn"));
        await app.RunAsync(new SendWelcomeEmail(730_194_600, "later-1@example.com", "Evelyn"), jobId: "another");

        Assert.Contains("Job job sent its welcome mail", app.Log.Text, StringComparison.Ordinal);
        Assert.Contains("Job another sends nothing", app.Log.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("later-1", app.Log.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Evelyn", app.Log.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("730194600", app.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_mail_server_quotes_of_a_mail_is_in_no_error_and_not_in_the_log()
    {
        await using var server = await SmtpServer.StartAsync();
        await using var app = await StartAsync(server);

        var discarded = await Assert.ThrowsAsync<DiscardJobException>(
            () => app.RunAsync(new SendWelcomeEmail(730_194_600, "quoted-evelyn.7@private.example", "Evelyn Ö.")));

        Assert.Equal(
            "The mail server answered 554 (MessageNotAccepted): 5.7.1 (hidden)-(hidden).(hidden) at (hidden).(hidden): no '(hidden), (hidden) (address)' wanted (<(address)>)",
            discarded.Message);
        Assert.DoesNotMatch("(?i)evelyn|private|730194600", $"{discarded} {app.Log.Text}");
    }

    [Fact]
    public async Task A_mail_that_cannot_be_put_into_the_pickup_folder_says_why_and_not_whose_it_was()
    {
        // A file's name has at most 255 bytes.
        var domain = string.Join('.', Enumerable.Repeat(new string('a', 60), 4));
        await using var app = await FunctionsApp.StartAsync(("Mail:MessageIdDomain", domain));

        var failure = await Assert.ThrowsAsync<IOException>(() => app.RunAsync(new SendWelcomeEmail(730_194_600, "eve@example.com", "Eve")));

        Assert.StartsWith("The mail could not be put into the pickup folder: ", failure.Message, StringComparison.Ordinal);
        Assert.Contains(app.MailFolder, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("730194600", $"{failure} {app.Log.Text}", StringComparison.Ordinal);
    }

    private static Task<FunctionsApp> StartAsync(SmtpServer server, params (string, string?)[] settings) =>
        FunctionsApp.StartAsync([("Mail:Host", "127.0.0.1"), ("Mail:Port", $"{server.Port}"), .. settings]);
}
