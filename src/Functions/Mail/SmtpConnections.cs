using System.Collections.Concurrent;
using System.Net.Sockets;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Options;
using MimeKit;
using Polly.Registry;

namespace FunctionJobs.Functions;

/// <summary>Sends mails over a few connections that are kept open and used again, each by one mail at a time. What passes in a moment is tried again.</summary>
internal sealed class SmtpConnections(IOptions<MailOptions> options, ResiliencePipelineProvider<string> pipelines, TimeProvider time)
    : IMailDelivery, IAsyncDisposable
{
    /// <summary>Servers close idle connections after a while of their own choosing; one that is older than this is not trusted.</summary>
    private static readonly TimeSpan TrustedFor = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan SessionWithin = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan GoodbyeAtMost = TimeSpan.FromSeconds(1);

    private readonly MailOptions settings = options.Value;
    private readonly SemaphoreSlim free = new(options.Value.MaxConnections);
    private readonly ConcurrentStack<(SmtpClient Client, long Since)> idle = new();

    public async Task DeliverAsync(MimeMessage message, CancellationToken cancellationToken) =>
        await pipelines.GetPipeline(Resilience.Smtp).ExecuteAsync(async token => await TryAsync(message, token), cancellationToken);

    public async ValueTask DisposeAsync()
    {
        using var enough = new CancellationTokenSource(GoodbyeAtMost, time);
        while (idle.TryPop(out var entry))
        {
            try
            {
                await entry.Client.DisconnectAsync(quit: true, enough.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or IOException or SocketException or ProtocolException or CommandException)
            {
            }

            entry.Client.Dispose();
        }

        free.Dispose();
    }

    private async Task TryAsync(MimeMessage message, CancellationToken cancellationToken)
    {
        // The server has its time from when it is asked on, however long there was no connection for this mail.
        await free.WaitAsync(cancellationToken);
        try
        {
            await pipelines.GetPipeline(Resilience.SmtpTry).ExecuteAsync(async token => await SendAsync(message, token), cancellationToken);
        }
        finally
        {
            free.Release();
        }
    }

    private async Task SendAsync(MimeMessage message, CancellationToken cancellationToken)
    {
        var client = TakeIdle() ?? await ConnectAsync(cancellationToken);
        var handedOver = new HandedOver();
        try
        {
            await client.SendAsync(message, cancellationToken, handedOver);
        }
        catch (Exception e)
        {
            // What the session's state is now is the server's secret.
            client.Dispose();
            if (e is SmtpCommandException answer)
            {
                throw new MailServerAnswerException(answer, message);
            }

            if (handedOver.Began)
            {
                throw new MailOutcomeUnknownException(e);
            }

            throw;
        }

        idle.Push((client, time.GetTimestamp()));
    }

    private SmtpClient? TakeIdle()
    {
        while (idle.TryPop(out var entry))
        {
            if (entry.Client.IsConnected && time.GetElapsedTime(entry.Since) < TrustedFor)
            {
                return entry.Client;
            }

            entry.Client.Dispose();
        }

        return null;
    }

    private async Task<SmtpClient> ConnectAsync(CancellationToken cancellationToken)
    {
        var client = new SmtpClient();
        using var enough = new CancellationTokenSource(SessionWithin, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(enough.Token, cancellationToken);
        try
        {
            await client.ConnectAsync(settings.Host!, settings.Port, Socket(settings.Security), either.Token);
            if (!string.IsNullOrEmpty(settings.User))
            {
                await client.AuthenticateAsync(settings.User, settings.Password!, either.Token);
            }

            return client;
        }
        catch (Exception e)
        {
            client.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            var reason = e is OperationCanceledException ? $"it did not answer within {SessionWithin.TotalSeconds:0} s" : e.Message.ReplaceLineEndings(" ");
            throw new MailServerUnavailableException(
                $"No session with the mail server {settings.Host}:{settings.Port} ({settings.Security}): {reason}", e);
        }
    }

    private static SecureSocketOptions Socket(MailSecurity security) => security switch
    {
        MailSecurity.None => SecureSocketOptions.None,
        MailSecurity.Ssl => SecureSocketOptions.SslOnConnect,
        _ => SecureSocketOptions.StartTls,
    };

    /// <summary>Whether the server has got something of the mail itself: from then on it may accept the mail without our hearing of it.</summary>
    private sealed class HandedOver : ITransferProgress
    {
        public bool Began { get; private set; }

        public void Report(long bytesTransferred, long totalSize) => Began = true;

        public void Report(long bytesTransferred) => Began = true;
    }
}
