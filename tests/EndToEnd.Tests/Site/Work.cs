namespace FunctionJobs.Tests;

/// <summary>The two kinds of work of the app, one for each kind of trigger.</summary>
public enum Work
{
    /// <summary>A welcome mail: list trigger.</summary>
    Mail,

    /// <summary>A post's picture: stream trigger.</summary>
    Picture,
}

/// <summary>What the tests need to know of them.</summary>
internal static class Works
{
    /// <summary>The function that the trigger starts.</summary>
    public static string Function(this Work work) => work == Work.Mail ? "SendWelcomeEmail" : "ResizePostImage";

    public static string Queue(this Work work) => work == Work.Mail ? "welcome-email" : "post-image";

    /// <summary>The table that the job reads before it does anything else.</summary>
    public static string Table(this Work work) => work == Work.Mail ? "sent_emails" : "posts";

    /// <summary>What the app logs when the job that <see cref="Site.PrepareAsync"/> made for this user or post is done.</summary>
    public static string DoneLine(this Work work, long id) => work == Work.Mail ? $"Job welcome:{id}{work.DonePart()}" : $"Job resize:{id}{work.DonePart()}";

    /// <summary>What all such lines have.</summary>
    public static string DonePart(this Work work) => work == Work.Mail ? " sent its welcome mail." : " made its post's picture:";
}
