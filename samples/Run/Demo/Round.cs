using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using MimeKit;
using NetVips;

namespace FunctionJobs.Samples.Run;

/// <summary>A user registers and gets a mail; a photo is posted and resized. Each step is told, and its outcome checked.</summary>
internal sealed class Round(Stack stack, string photo)
{
    private readonly ApiClient api = new(stack.Api);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await MailAsync(cancellationToken);
        await PhotoAsync(cancellationToken);
    }

    private async Task MailAsync(CancellationToken cancellationToken)
    {
        var email = $"ada.{RandomNumberGenerator.GetHexString(8, lowercase: true)}@example.com";
        Heading("1", "A user registers: POST /auth/register");
        var user = await api.RegisterAsync(email, "Ada", cancellationToken);
        Fact("user", $"{user.Id}, {email}");

        await TellAsync(user.StatusUrl, "function SendWelcomeEmail, Redis list trigger", cancellationToken);

        // Set by the user of this machine: then the mail is on its way to somebody's mailbox.
        if (Settings.OfUser("Mail__Host") is { } server)
        {
            Fact("mail", $"handed to the mail server {server}");
            return;
        }

        var folder = stack.Settings["Mail__PickupFolder"]!;
        var (file, mail) = await FindMailAsync(folder, user.Id, email, cancellationToken);
        Fact("mail", Repository.Shown(file));
        Fact("subject", mail.Subject ?? string.Empty);
        Fact("text", (mail.TextBody ?? string.Empty).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault(string.Empty));
    }

    private async Task PhotoAsync(CancellationToken cancellationToken)
    {
        Heading("2", "A photo is posted: POST /posts");
        Fact("photo", $"{Repository.Shown(photo)}, {Photo.Width} × {Photo.Height} pixels, {Size(new FileInfo(photo).Length)}, to be turned by 90° (EXIF {Photo.Orientation})");
        var post = await api.PostPhotoAsync("The way up", photo, cancellationToken);
        Fact("image_url", $"{await api.ImageUrlAsync(post.Url, cancellationToken) ?? "null"}, before the job");

        var job = await TellAsync(post.StatusUrl, "function ResizePostImage, Redis stream trigger", cancellationToken);

        var result = job.Result?.Deserialize(DemoJson.Default.ResizeResult) ?? throw new RunException($"Job {job.Id} has no result.");
        var url = await api.ImageUrlAsync(post.Url, cancellationToken);
        if (url != result.Url)
        {
            throw new RunException($"The post's image_url is {url ?? "null"}, and the job said {result.Url}.");
        }

        Fact("image_url", $"{url}, after the job");

        var content = await api.DownloadAsync(url, cancellationToken);
        using var picture = Image.NewFromBuffer(content);
        Fact("picture", $"{Place(result.Path, content.LongLength)}, {picture.Width} × {picture.Height} pixels, {Size(content.LongLength)}");
        if (picture.Width >= picture.Height || !Photo.IsUpright(picture))
        {
            throw new RunException("The picture is not upright: the photo's EXIF rotation was not applied.");
        }

        Fact(string.Empty, "upright: the EXIF rotation was applied, it is higher than wide");
    }

    /// <summary>Waits for a job's end and tells its life. Times are by Redis's clock, from the enqueue on.</summary>
    private async Task<JobAnswer> TellAsync(string statusUrl, string function, CancellationToken cancellationToken)
    {
        var before = await api.JobAsync(statusUrl, cancellationToken);
        Event(TimeSpan.Zero, $"enqueued as job {before.Id} in queue {before.Queue}");
        var due = before.ScheduledAt - before.EnqueuedAt;
        if (due is { } delay)
        {
            Event(TimeSpan.Zero, $"waiting: it was enqueued with a delay of {Seconds(delay)}");
        }

        var job = await api.WaitForJobAsync(statusUrl, cancellationToken);
        var (started, finished) = (job.StartedAt - job.EnqueuedAt, job.FinishedAt - job.EnqueuedAt);
        if (started is not { } start || finished is not { } end)
        {
            throw new RunException($"Job {job.Id} is {job.State} without the times of its attempt.");
        }

        if (due is { } wait && start < wait)
        {
            throw new RunException($"Job {job.Id} started after {Seconds(start)}, before it was due.");
        }

        foreach (var error in job.Errors)
        {
            Event(null, $"attempt {error.Attempt} failed: {error.Reason}");
        }

        Event(start, $"attempt {job.Attempt} started: {function}");
        Event(end, $"{job.State}, attempts: {job.Attempt}");
        return job;
    }

    private static async Task<(string File, MimeMessage Mail)> FindMailAsync(
        string folder, long userId, string email, CancellationToken cancellationToken)
    {
        // The folder may hold mails of another database, with the same ids.
        foreach (var file in Directory.GetFiles(folder, $"welcome.{userId}@*.eml"))
        {
            var mail = await MimeMessage.LoadAsync(file, cancellationToken);
            if (mail.To.Mailboxes.Any(to => to.Address == email))
            {
                return (file, mail);
            }
        }

        throw new RunException($"The job has completed, but there is no mail to {email} in {folder}.");
    }

    /// <summary>The picture's file, which must be what the API serves; only its path where the store is no folder.</summary>
    private string Place(string path, long length)
    {
        if (stack.Settings["Images__Folder"] is not { Length: > 0 } folder)
        {
            return path;
        }

        var file = new FileInfo(Path.Combine(folder, path));
        return file.Exists && file.Length == length
            ? Repository.Shown(file.FullName)
            : throw new RunException($"{file.FullName} is not what the API serves.");
    }

    private static void Heading(string number, string text)
    {
        Console.WriteLine();
        Console.WriteLine($"{number}. {text}");
    }

    private static void Fact(string name, string value) => Console.WriteLine($"   {name,-9}  {value}");

    private static void Event(TimeSpan? at, string what) => Console.WriteLine($"   {(at is { } time ? Seconds(time) : string.Empty),9}  {what}");

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.00} s");

    private static string Size(long bytes) => bytes < 1_000_000
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1000.0:0} KB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1_000_000.0:0.0} MB");
}
