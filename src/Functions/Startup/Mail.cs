using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace FunctionJobs.Functions;

/// <summary>What sends mails: an SMTP server, or a folder when none is set.</summary>
internal static class Mail
{
    public static void AddMail(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<MailOptions>().BindConfiguration("Mail").ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<MailOptions>, MailOptionsCheck>();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<IMailDelivery>(services =>
            string.IsNullOrWhiteSpace(services.GetRequiredService<IOptions<MailOptions>>().Value.Host)
                ? ActivatorUtilities.CreateInstance<PickupFolder>(services)
                : ActivatorUtilities.CreateInstance<SmtpConnections>(services));
        builder.Services.AddSingleton<WelcomeMessages>();
        builder.Services.AddSingleton<SentEmails>();
    }
}
