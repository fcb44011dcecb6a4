using Microsoft.Extensions.Options;
using MimeKit;

namespace FunctionJobs.Functions;

/// <summary>
/// Puts mails into a folder as <c>.eml</c> files instead of sending them. Each delivery is a file of its own, as each would be a
/// mail of its own at a server: a mail that is delivered twice is seen twice.
/// </summary>
internal sealed class PickupFolder(IOptions<MailOptions> options) : IMailDelivery
{
    private readonly string folder = Path.GetFullPath(options.Value.PickupFolder!);

    public async Task DeliverAsync(MimeMessage message, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var name = $"{message.MessageId}-{Guid.CreateVersion7():N}";
        try
        {
            await WriteAsync(message, Path.Combine(folder, name), cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The file's name holds the user's id, and an error is read by many.
            throw new IOException($"The mail could not be put into the pickup folder: {e.Message.Replace(name, "(mail)", StringComparison.Ordinal)}");
        }
    }

    private static async Task WriteAsync(MimeMessage message, string file, CancellationToken cancellationToken)
    {
        try
        {
            await using (var stream = new FileStream(file + ".tmp", FileMode.CreateNew, FileAccess.Write, FileShare.None, 4096, FileOptions.Asynchronous))
            {
                await message.WriteToAsync(stream, cancellationToken);
                await stream.FlushAsync(cancellationToken);
                stream.Flush(flushToDisk: true);
            }

            // Whoever watches the folder for .eml files never sees half a mail.
            File.Move(file + ".tmp", file + ".eml");
        }
        catch
        {
            File.Delete(file + ".tmp");
            throw;
        }
    }
}
