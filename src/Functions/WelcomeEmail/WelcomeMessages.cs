using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Fluid;
using Microsoft.Extensions.Options;
using MimeKit;

namespace FunctionJobs.Functions;

/// <summary>Writes the welcome mail, from the template files beside this class.</summary>
internal sealed class WelcomeMessages(IOptions<MailOptions> options, TimeProvider time)
{
    private static readonly HtmlEncoder Html = HtmlEncoder.Create(UnicodeRanges.All);
    private static readonly FluidParser Parser = new();

    private readonly MailOptions settings = options.Value;
    private readonly IFluidTemplate html = Read("welcome.html.liquid");
    private readonly IFluidTemplate text = Read("welcome.txt.liquid");

    /// <summary>The same for a user every time, so that a mail that is sent twice is known as one.</summary>
    public string MessageId(long userId)
    {
        var domain = settings.MessageIdDomain ?? settings.From![(settings.From!.LastIndexOf('@') + 1)..];
        return string.Create(CultureInfo.InvariantCulture, $"welcome.{userId}@{domain}");
    }

    public async Task<MimeMessage> ComposeAsync(long userId, MailboxAddress to)
    {
        var subject = to.Name is { Length: > 0 } ? $"Welcome, {to.Name}" : "Welcome";
        var values = new TemplateContext();
        values.SetValue("name", to.Name ?? "");
        values.SetValue("subject", subject);

        var body = new BodyBuilder
        {
            TextBody = await text.RenderAsync(values, NullEncoder.Default),
            HtmlBody = await html.RenderAsync(values, Html),
        };
        return new MimeMessage
        {
            MessageId = MessageId(userId),
            Date = time.GetUtcNow(),
            From = { new MailboxAddress(settings.FromName ?? "", settings.From!) },
            To = { to },
            Subject = subject,
            // Out-of-office replies to a machine help nobody.
            Headers = { { "Auto-Submitted", "auto-generated" } },
            Body = body.ToMessageBody(),
        };
    }

    private static IFluidTemplate Read(string file)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "WelcomeEmail", file);
        return Parser.TryParse(File.ReadAllText(path), out var template, out var error)
            ? template
            : throw new InvalidOperationException($"The template {path} does not parse: {error}");
    }
}
