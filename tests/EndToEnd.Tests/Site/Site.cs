using System.Globalization;
using System.Text.RegularExpressions;
using FunctionJobs.Functions;
using FunctionJobs.LocalServices;
using Microsoft.Extensions.DependencyInjection;
using MimeKit;
using NetVips;
using Npgsql;
using StackExchange.Redis;

namespace FunctionJobs.Tests;

/// <summary>
/// What one test has to itself: a Redis, a database, a folder for mails and one for images, an enqueuer as a web application has
/// it, and as many processes of the functions app and the API as it starts.
/// </summary>
internal sealed class Site : IAsyncDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly List<App> apps = [];
    private readonly List<Api> apis = [];
    private readonly ServiceProvider producer;

    private Site(LocalRedis redis, string postgres)
    {
        Redis = redis;
        Postgres = postgres;
        Database = NpgsqlDataSource.Create(postgres);
        producer = new ServiceCollection().AddJobEnqueuer(redis.ConnectionString).BuildServiceProvider();
    }

    public LocalRedis Redis { get; }

    public string Postgres { get; }

    public NpgsqlDataSource Database { get; }

    public IJobEnqueuer Jobs => producer.GetRequiredService<IJobEnqueuer>();

    public IReadOnlyList<App> Apps => apps;

    /// <summary>The mails in the pickup folder.</summary>
    public IReadOnlyList<string> Mails => Directory.Exists(folder.File("mail")) ? Directory.GetFiles(folder.File("mail"), "*.eml") : [];

    /// <summary>Where an image of the store is.</summary>
    public string ImageFile(string path) => folder.File($"images/{path}");

    public static async Task<Site> CreateAsync() => new(await LocalRedis.StartAsync(), await Servers.CreateDatabaseAsync());

    /// <summary>Starts the functions app and waits until it polls its triggers.</summary>
    public async Task<App> StartAppAsync(params (string Name, string? Value)[] settings)
    {
        var app = await LaunchAppAsync(settings);
        await app.WaitUntilReadyAsync();
        return app;
    }

    /// <summary>Starts the functions app and does not wait. A setting of null is not there.</summary>
    public async Task<App> LaunchAppAsync(params (string Name, string? Value)[] settings)
    {
        var app = new App(await ChildProcess.StartDotnetAsync(Programs.Functions, environment: Environment(settings)));
        apps.Add(app);
        return app;
    }

    /// <summary>Starts the functions app as the container does, with a script of the test in the place of the base image's.</summary>
    /// <param name="host">The lines of the script; <c>$app</c> runs the app.</param>
    public async Task<App> StartContainerAsync(string host)
    {
        var script = folder.File("start_host.sh");
        await File.WriteAllTextAsync(script, $"""
            #!/usr/bin/env bash
            # Does not outlive the test.
            (while kill -0 $PPID; do sleep 1; done; kill -KILL 0) &
            app='dotnet {Programs.Functions}'
            {host}
            """);
        var app = new App(await ChildProcess.StartAsync(new()
        {
            Program = Repository.PathOf("deploy/container/start.sh"),
            Arguments = ["bash", script],
            Environment = Environment([]),
        }));
        apps.Add(app);
        await app.WaitUntilReadyAsync();
        return app;
    }

    /// <summary>Starts the sample API on a port that the kernel gives it, and waits until it is healthy.</summary>
    /// <remarks>A port that was free a moment ago may be the API's of another test by then, which would answer in its place.</remarks>
    public async Task<Api> StartApiAsync(params (string Name, string? Value)[] settings)
    {
        var process = await ChildProcess.StartDotnetAsync(
            Programs.Api, environment: Environment([.. settings, ("ASPNETCORE_URLS", "http://127.0.0.1:0")]));
        var api = new Api(process);
        apis.Add(api);
        var url = await process.WaitForLineAsync("Now listening on: (http://127.0.0.1:[0-9]+)$");
        api.Client.BaseAddress = new Uri(url.Groups[1].Value);
        await Eventually.TrueAsync(async () => (await api.Client.GetAsync("/health")).IsSuccessStatusCode, "the API is healthy");
        return api;
    }

    private Dictionary<string, string?> Environment((string Name, string? Value)[] settings)
    {
        var environment = new Dictionary<string, string?>
        {
            ["Redis"] = Redis.ConnectionString,
            ["Postgres"] = Postgres,
            ["Mail__From"] = "hello@example.com",
            ["Mail__Host"] = "",
            ["Mail__Security"] = "None",
            ["Mail__PickupFolder"] = folder.File("mail"),
            ["Images__Folder"] = folder.File("images"),
            ["Images__BlobConnection"] = "",
            ["Images__PublicUrl"] = "/images/",
            // Empty, so that what a local.settings.json of the clone says does not count.
            ["AzureWebJobsRedis"] = "",
            ["ConnectionStrings__Redis"] = "",
            ["ConnectionStrings__AzureWebJobsRedis"] = "",
            ["Redis__redisHostName"] = "",
        };
        foreach (var (name, value) in settings)
        {
            environment[name] = value;
        }

        return environment;
    }

    /// <summary>The mail of a user, or the picture of a post, which is made with its photo; yet to be enqueued.</summary>
    public async Task<NewJob> PrepareAsync(Work work, long id = 1) => work == Work.Mail
        ? NewJob.Of(Mail(id), new() { JobId = $"welcome:{id}" })
        : NewJob.Of(await CreatePostAsync(id), new() { JobId = $"resize:{id}" });

    /// <summary>The same, enqueued.</summary>
    public async Task<JobHandle> EnqueueAsync(Work work, long id = 1) => await EnqueueAsync(await PrepareAsync(work, id));

    public async Task<JobHandle> EnqueueAsync(NewJob job) => (await Jobs.EnqueueManyAsync([job])).Single();

    /// <summary>Enqueues a job that starts and then hangs, before it has done anything, until what is returned is disposed.</summary>
    public async Task<HeldJob> EnqueueHeldAsync(Work work)
    {
        var job = await PrepareAsync(work);
        return await HoldAsync(job, await TableLock.OfAllAsync(Database, work.Table()));
    }

    /// <summary>Enqueues a mail whose job hangs when the mail is sent and marked as sent.</summary>
    public async Task<HeldJob> EnqueueHeldAfterMailAsync() =>
        await HoldAsync(await PrepareAsync(Work.Mail), await TableLock.OfWritesAsync(Database, Work.Mail.Table()));

    public static SendWelcomeEmail Mail(long userId) => new(userId, $"user-{userId}@example.com", "Ada");

    /// <summary>A post with a photo of 400 × 200 pixels.</summary>
    public async Task<ResizePostImage> CreatePostAsync(long id)
    {
        var path = $"uploads/{id}.png";
        Directory.CreateDirectory(folder.File("images/uploads"));
        using (var photo = Image.Black(400, 200, bands: 3) + id % 200)
        {
            await File.WriteAllBytesAsync(folder.File($"images/{path}"), photo.Cast(Enums.BandFormat.Uchar).PngsaveBuffer());
        }

        await using var insert = Database.CreateCommand(
            "insert into posts (id, title, image_path) overriding system value values (@id, 'A post', @path)");
        insert.Parameters.AddWithValue("id", id);
        insert.Parameters.AddWithValue("path", path);
        await insert.ExecuteNonQueryAsync();
        return new ResizePostImage(path, id);
    }

    /// <summary>The job has completed in that attempt, and what it is for is there once.</summary>
    public async Task AssertDoneOnceAsync(JobHandle job, Work work, int attempt, long id = 1)
    {
        await job.WaitForResultAsync<object>(Eventually.DefaultTimeout);
        var info = await job.GetInfoAsync();
        Assert.Equal((JobState.Completed, attempt), (info!.State, info.Attempt));
        if (work == Work.Mail)
        {
            await AssertMailedOnceAsync(id);
        }
        else
        {
            await AssertHasPictureAsync(id);
        }
    }

    /// <summary>One mail, one row.</summary>
    public async Task AssertMailedOnceAsync(long userId)
    {
        var mail = Assert.Single(Mails, file => Path.GetFileName(file).StartsWith($"welcome.{userId}@", StringComparison.Ordinal));
        var message = await MimeMessage.LoadAsync(mail);
        Assert.Equal($"user-{userId}@example.com", message.To.Mailboxes.Single().Address);
        Assert.Equal(1L, await QueryAsync<long>($"select count(*) from sent_emails where user_id = {userId} and message_id = 'welcome.{userId}@example.com'"));
    }

    /// <summary>The post's image_url leads to its picture.</summary>
    public async Task AssertHasPictureAsync(long postId)
    {
        var url = await QueryAsync<string>($"select image_url from posts where id = {postId}");
        Assert.StartsWith("/images/resized/", url, StringComparison.Ordinal);
        using var picture = Image.NewFromFile(folder.File(url![1..]));
        Assert.Equal((400, 200), (picture.Width, picture.Height));
    }

    public async Task<T?> QueryAsync<T>(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        return await command.ExecuteScalarAsync() is T value ? value : default;
    }

    /// <summary>Until the trigger of that kind of work has polled. The start checks of both queues try LPOP too, once each.</summary>
    public Task HasPolledAsync(Work work)
    {
        var (command, before) = work == Work.Mail ? ("lpop", Enum.GetValues<Work>().Length) : ("xreadgroup", 0);
        return Eventually.TrueAsync(
            async () => Regex.Match(
                (await RedisAsync(redis => redis.ExecuteAsync("INFO", "commandstats"))).ToString(), $"cmdstat_{command}:calls=([0-9]+)")
                is { Success: true } calls && int.Parse(calls.Groups[1].Value, CultureInfo.InvariantCulture) > before,
            $"the trigger of {work.Function()} has polled");
    }

    /// <summary>kill -9, and Redis is gone.</summary>
    public async Task KillRedisAsync()
    {
        Redis.Kill();
        await Eventually.TrueAsync(() => Redis.ProcessId is null, "Redis is gone");
    }

    /// <summary>Starts Redis again, and waits until the web application's connection is back.</summary>
    public async Task RestartRedisAsync()
    {
        await Redis.RestartAsync();
        await Eventually.TrueAsync(async () => await Jobs.GetJob("none", "none").GetStateAsync() is null, "the enqueuer reaches Redis again");
    }

    /// <summary>Asks the site's Redis, over a connection of its own.</summary>
    public async Task<T> RedisAsync<T>(Func<IDatabase, Task<T>> ask)
    {
        await using var connection = await ConnectionMultiplexer.ConnectAsync($"{Redis.ConnectionString},allowAdmin=true");
        return await ask(connection.GetDatabase());
    }

    /// <summary>Redis's own time, by which a job's times are told.</summary>
    public Task<DateTimeOffset> RedisTimeAsync() =>
        RedisAsync(async database => new DateTimeOffset(await database.Multiplexer.GetServers()[0].TimeAsync(), TimeSpan.Zero));

    public async ValueTask DisposeAsync()
    {
        foreach (var api in apis)
        {
            await api.DisposeAsync();
        }

        foreach (var app in apps)
        {
            await app.DisposeAsync();
        }

        await producer.DisposeAsync();
        await Database.DisposeAsync();
        await Redis.DisposeAsync();
        folder.Dispose();
    }

    private async Task<HeldJob> HoldAsync(NewJob job, TableLock held)
    {
        try
        {
            var handle = await EnqueueAsync(job);
            await held.IsWaitedForAsync();
            return new HeldJob(handle, held);
        }
        catch
        {
            await held.DisposeAsync();
            throw;
        }
    }
}
