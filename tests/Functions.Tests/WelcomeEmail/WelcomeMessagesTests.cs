using FunctionJobs.Functions;
using Microsoft.Extensions.Options;
using MimeKit;

namespace FunctionJobs.Tests.WelcomeEmail;

public sealed class WelcomeMessagesTests
{
    [Fact]
    public async Task A_name_is_encoded_in_HTML_and_plain_in_text()
    {
        var message = await ComposeAsync("<b>Eve</b> & \"Zoë\"");

        Assert.Contains("Hello &lt;b&gt;Eve&lt;/b&gt; &amp; &quot;Zoë&quot;,", message.HtmlBody, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", message.HtmlBody, StringComparison.Ordinal);
        Assert.Contains("Hello <b>Eve</b> & \"Zoë\",", message.TextBody, StringComparison.Ordinal);
        Assert.Equal("Welcome, <b>Eve</b> & \"Zoë\"", message.Subject);
    }

    [Fact]
    public async Task A_name_that_looks_like_a_template_is_not_run()
    {
        var message = await ComposeAsync("{{ subject }}{% include 'x' %}");

        Assert.Contains("Hello {{ subject }}{% include 'x' %},", message.TextBody, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Eve\r\nBcc: victim@example.com")]
    [InlineData("Eve\nBcc: victim@example.com")]
    [InlineData("Eve\rBcc: victim@example.com")]
    [InlineData("Eve\u2028Bcc: victim@example.com")]
    [InlineData("Eve\u0085Bcc: victim@example.com\0")]
    public async Task A_name_cannot_start_another_header(string name)
    {
        var message = await ComposeAsync(name);

        using var raw = new MemoryStream();
        await message.WriteToAsync(raw, TestContext.Current.CancellationToken);
        raw.Position = 0;
        var read = await MimeMessage.LoadAsync(raw, TestContext.Current.CancellationToken);
        Assert.Empty(read.Bcc);
        Assert.DoesNotContain(read.Headers, header => header.Field.Equals("Bcc", StringComparison.OrdinalIgnoreCase));
        Assert.Equal("Welcome, Eve Bcc: victim@example.com", read.Subject);
        Assert.Equal("eve@example.com", Assert.Single(read.To.Mailboxes).Address);
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData(" \t ")]
    public async Task Without_a_name_the_mail_greets_without_one(string? name)
    {
        var message = await ComposeAsync(name);

        Assert.StartsWith("Hello,", message.TextBody, StringComparison.Ordinal);
        Assert.Equal("Welcome", message.Subject);
    }

    [Fact]
    public void The_message_id_is_the_same_every_time_and_another_for_another_user()
    {
        Assert.Equal("welcome.17@example.com", Messages().MessageId(17));
        Assert.Equal(Messages().MessageId(17), Messages().MessageId(17));
        Assert.NotEqual(Messages().MessageId(17), Messages().MessageId(18));
        Assert.Equal("welcome.17@mail.example.net", Messages("mail.example.net").MessageId(17));
    }

    [Theory]
    [InlineData("")]
    [InlineData("eve")]
    [InlineData("@example.com")]
    [InlineData("eve@")]
    [InlineData("eve@example.com\r\nBcc: victim@example.com")]
    [InlineData("eve@example.com, victim@example.com")]
    [InlineData("Eve <eve@example.com>")]
    [InlineData("eve @example.com")]
    [InlineData("eve@example.com>")]
    [InlineData("eve@@example.com")]
    [InlineData(null)]
    public void What_is_not_one_plain_address_is_no_address(string? email) =>
        Assert.False(MailAddress.TryRead(email, "Eve", out _));

    [Theory]
    [InlineData("eve@example.com")]
    [InlineData("eve.o'hara+news@mail.example.co.uk")]
    [InlineData("zoë@exämple.com")]
    public void Usual_addresses_are_addresses(string email)
    {
        Assert.True(MailAddress.TryRead(email, "Eve", out var address));
        Assert.Equal(email, address.Address);
    }

    [Fact]
    public void A_long_name_is_cut_between_characters() =>
        Assert.Equal(new string('x', 99), MailAddress.Line(new string('x', 99) + "😀😀"));

    private static async Task<MimeMessage> ComposeAsync(string? name)
    {
        Assert.True(MailAddress.TryRead("eve@example.com", name!, out var address));
        return await Messages().ComposeAsync(17, address);
    }

    private static WelcomeMessages Messages(string? domain = null) =>
        new(Options.Create(new MailOptions { From = "hello@example.com", MessageIdDomain = domain }), TimeProvider.System);
}
