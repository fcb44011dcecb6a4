using FunctionJobs.Worker;
using Microsoft.Extensions.Logging;
using MimeKit;

namespace FunctionJobs.Functions;

/// <summary>
/// Sends one welcome mail per user. A process that is killed after the mail server's answer and before the outcome is stored, or a
/// server that accepts a mail and is not heard of again, leaves a mail that the next attempt sends again, with the same Message-ID: SMTP has
/// no way to ask.
/// </summary>
internal sealed partial class SendWelcomeEmailHandler(
    WelcomeMessages messages,
    IMailDelivery delivery,
    SentEmails sentEmails,
    ILogger<SendWelcomeEmailHandler> logger) : IJobHandler<SendWelcomeEmail>
{
    private const string Template = "welcome";

    public async Task HandleAsync(SendWelcomeEmail job, JobContext context)
    {
        if (job.UserId < 1)
        {
            throw context.Discard("UserId is less than 1, where the ids of users start.");
        }

        if (!MailAddress.TryRead(job.Email, job.Name, out var address))
        {
            throw context.Discard("Email is not a mail address.");
        }

        // Idempotency keys are kept for days, this table for good.
        if (await sentEmails.FindAsync(job.UserId, Template, context.CancellationToken) is { } before)
        {
            LogSentBefore(context.JobId, before.SentAt);
            return;
        }

        var sent = await context.OnceAsync($"welcome:{job.UserId}", token => SendAsync(job.UserId, address, token));
        await sentEmails.RecordAsync(sent.Value, job.UserId, Template, context.CancellationToken);

        if (sent.RanNow)
        {
            LogSent(context.JobId);
        }
        else
        {
            LogSentBefore(context.JobId, sent.Value.SentAt);
        }
    }

    private async Task<SentMail> SendAsync(long userId, MailboxAddress address, CancellationToken cancellationToken)
    {
        var message = await messages.ComposeAsync(userId, address);
        using var span = Telemetry.Source.StartActivity("send mail", System.Diagnostics.ActivityKind.Client);
        try
        {
            await delivery.DeliverAsync(message, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && Telemetry.Failed(span, e))
        {
            throw;
        }
        catch (Exception e) when (MailFailures.Permanent(e) is { } reason)
        {
            throw reason;
        }
        catch (MailOutcomeUnknownException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw;
        }

        return new SentMail(messages.MessageId(userId), message.Date);
    }
}
