using FunctionJobs.Worker;
using MimeKit;

namespace FunctionJobs.Functions;

/// <summary>Hands a mail over to whoever carries it on.</summary>
internal interface IMailDelivery
{
    /// <summary>Returns when the mail has been accepted.</summary>
    /// <exception cref="DiscardJobException">The mail is refused for good; the reason names no recipient.</exception>
    Task DeliverAsync(MimeMessage message, CancellationToken cancellationToken);
}
