using Microsoft.Extensions.Options;

namespace FunctionJobs.Functions;

internal sealed class MailOptionsCheck : IValidateOptions<MailOptions>
{
    public ValidateOptionsResult Validate(string? name, MailOptions options)
    {
        var wrong = Wrong(options).ToList();
        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }

    private static IEnumerable<string> Wrong(MailOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.From))
        {
            yield return "Mail__From is not set. Write the sender's address, e.g. Mail__From=hello@example.com";
        }
        else if (!MailAddress.TryRead(options.From, "", out _))
        {
            yield return $"Mail__From is '{options.From}', which is no mail address. Write e.g. Mail__From=hello@example.com";
        }

        if (options.MessageIdDomain is { } domain && Uri.CheckHostName(domain) != UriHostNameType.Dns)
        {
            yield return $"Mail__MessageIdDomain is '{domain}', which is no domain name. Write e.g. Mail__MessageIdDomain=example.com";
        }

        if (string.IsNullOrWhiteSpace(options.Host) && string.IsNullOrWhiteSpace(options.PickupFolder))
        {
            yield return "Neither Mail__Host nor Mail__PickupFolder is set. Write the mail server, e.g. Mail__Host=smtp.example.com, "
                + "or a folder that mails are put into instead of being sent, e.g. Mail__PickupFolder=/tmp/mail";
        }
        else if (string.IsNullOrWhiteSpace(options.Host) && Folders.Problem("Mail__PickupFolder", options.PickupFolder!) is { } problem)
        {
            yield return problem;
        }

        if (options.Port is < 1 or > 65535)
        {
            yield return $"Mail__Port is {options.Port}, and must be 1 to 65535. Write e.g. Mail__Port=587";
        }

        if (options.MaxConnections is < 1 or > 100)
        {
            yield return $"Mail__MaxConnections is {options.MaxConnections}, and must be 1 to 100. Write e.g. Mail__MaxConnections=4";
        }

        if (string.IsNullOrEmpty(options.User) != string.IsNullOrEmpty(options.Password))
        {
            yield return "Of Mail__User and Mail__Password one is set and the other is not. Write both, or neither for a server without a login";
        }

        if (!Enum.IsDefined(options.Security))
        {
            yield return $"Mail__Security is {options.Security}. Write None, StartTls or Ssl";
        }
    }
}
