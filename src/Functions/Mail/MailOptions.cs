namespace FunctionJobs.Functions;

/// <summary>The section <c>Mail</c>.</summary>
internal sealed class MailOptions
{
    /// <summary>The SMTP server. Without one, mails become files in <see cref="PickupFolder"/>.</summary>
    public string? Host { get; set; }

    /// <summary>1 to 65535; 587 by default.</summary>
    public int Port { get; set; } = 587;

    /// <summary>The user name; without one nobody logs in.</summary>
    public string? User { get; set; }

    /// <summary>The password of <see cref="User"/>.</summary>
    public string? Password { get; set; }

    /// <summary>How the connection is secured; <see cref="MailSecurity.StartTls"/> by default.</summary>
    public MailSecurity Security { get; set; } = MailSecurity.StartTls;

    /// <summary>The sender's address.</summary>
    public string? From { get; set; }

    /// <summary>The sender's name; none by default.</summary>
    public string? FromName { get; set; }

    /// <summary>What stands behind the @ of a Message-ID; by default the domain of <see cref="From"/>. It must not change while jobs wait.</summary>
    public string? MessageIdDomain { get; set; }

    /// <summary>The folder for <c>.eml</c> files when there is no <see cref="Host"/>; a relative one starts at the current directory.</summary>
    public string? PickupFolder { get; set; }

    /// <summary>How many connections to the server are open at most, 1 to 100; 4 by default.</summary>
    public int MaxConnections { get; set; } = 4;
}

/// <summary>How the connection to the mail server is secured.</summary>
internal enum MailSecurity
{
    /// <summary>Not at all: for a server on the same machine.</summary>
    None,

    /// <summary>Plain at first, then STARTTLS, which the server must offer. Usual on port 587.</summary>
    StartTls,

    /// <summary>TLS from the first byte. Usual on port 465.</summary>
    Ssl,
}
