using System.Globalization;

namespace FunctionJobs.Tests;

/// <summary>A real SMTP server, Debian's aiosmtpd. How it answers is said in smtp_server.py.</summary>
public sealed class SmtpServer : IAsyncDisposable
{
    // Debian's own interpreter: another one in PATH does not see Debian's packages.
    private const string Python = "/usr/bin/python3";

    private readonly ChildProcess process;
    private readonly TemporaryFolder folder;

    private SmtpServer(ChildProcess process, TemporaryFolder folder, int port)
    {
        this.process = process;
        this.folder = folder;
        Port = port;
    }

    /// <summary>The port on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>The mails that were accepted.</summary>
    public IReadOnlyList<string> Mails => Directory.GetFiles(folder.Path, "*.eml");

    /// <summary>What the clients have done, one line per connection made and ended, per recipient named and per mail accepted.</summary>
    public IReadOnlyList<string> Lines => process.Lines;

    /// <summary>Starts a server.</summary>
    /// <param name="login">A user and a password that clients must log in with; nothing for no login.</param>
    public static async Task<SmtpServer> StartAsync(params string[] login)
    {
        var folder = new TemporaryFolder();
        if (!File.Exists(Python))
        {
            throw new InvalidOperationException($"{Python} is missing, and with it the mail server of these tests. Install it: apt-get install python3-aiosmtpd");
        }

        var script = Path.Combine(AppContext.BaseDirectory, "Mail", "smtp_server.py");
        var process = await ChildProcess.StartAsync(new ChildProcessOptions { Program = Python, Arguments = [script, folder.Path, .. login] });
        try
        {
            var listening = await process.WaitForLineAsync("^listening on ([0-9]+)$");
            return new SmtpServer(process, folder, int.Parse(listening.Groups[1].Value, CultureInfo.InvariantCulture));
        }
        catch (TimeoutException e) when (e.Message.Contains("aiosmtpd", StringComparison.Ordinal))
        {
            throw new InvalidOperationException("The mail server of these tests is missing. Install it: apt-get install python3-aiosmtpd", e);
        }
    }

    /// <summary>Waits for a line of <see cref="Lines"/> that matches.</summary>
    public Task WaitForLineAsync(string pattern) => process.WaitForLineAsync(pattern);

    /// <summary>Lets the server answer for the mail to <c>hold@…</c>, which it has accepted and not answered for.</summary>
    public void Answer() => File.WriteAllText(folder.File("answer"), string.Empty);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await process.DisposeAsync();
        folder.Dispose();
    }
}
