using System.Globalization;
using FunctionJobs.LocalServices;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using StackExchange.Redis;

namespace FunctionJobs.Bench;

/// <summary>
/// Large photos through the whole app: <c>src/Functions</c>, its stream trigger, its image store and its database; beside them
/// libvips' own command on the same photos, with as many at a time.
/// </summary>
internal sealed class ImagesMeasurement(Sizes sizes, BenchFiles files, Dictionary<string, string> versions) : IMeasurement, IDisposable
{
    private const string Vips = "vipsthumbnail";
    private const int AtOnce = 2;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);
    private static readonly JobQueue Queue = JobQueue.Stream("post-image");

    private string? folder;

    public string Name => "images";

    public bool Suits(BenchSystem system) => system is { IsOurs: true, IsVariant: false };

    public async Task RunAsync(BenchSystem system, Samples samples)
    {
        folder ??= await MakePhotosAsync();
        // A picture that is there already is not written again, not even where the turn that wrote it failed.
        var resized = Path.Combine(folder, "resized");
        if (Directory.Exists(resized))
        {
            Directory.Delete(resized, recursive: true);
        }

        await ResizeAsync(folder, system.Title, samples);
        await CompareAsync(folder, samples);
    }

    public void Dispose()
    {
        if (folder is not null)
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Photo(int number) => string.Create(CultureInfo.InvariantCulture, $"uploads/{number}.jpg");

    /// <summary>Photos of 6000 × 4000 with the grain of real ones: each another part of a larger one. For all rounds.</summary>
    private async Task<string> MakePhotosAsync()
    {
        versions[Vips] = await RunAsync("vips", "--version");
        var made = Directory.CreateTempSubdirectory("bench-images").FullName;
        Directory.CreateDirectory(Path.Combine(made, "uploads"));
        string Temporary(string name) => Path.Combine(made, name + ".v");
        foreach (var band in (string[])["red", "green", "blue"])
        {
            await RunAsync("vips", "gaussnoise", Temporary("noise"), "6200", "4200", "--mean", "128", "--sigma", "40");
            await RunAsync("vips", "gaussblur", Temporary("noise"), Temporary(band), "1.2");
        }

        await RunAsync("vips", "bandjoin", $"{Temporary("red")} {Temporary("green")} {Temporary("blue")}", Temporary("joined"));
        await RunAsync("vips", "cast", Temporary("joined"), Temporary("photo"), "uchar");
        await Parallel.ForAsync(0, sizes.Photos, async (number, _) =>
        {
            var photo = Path.Combine(made, Photo(number)) + "[Q=90]";
            await RunAsync("vips", "extract_area", Temporary("photo"), photo, Text(number % 200), Text(number / 2 % 200), "6000", "4000");
        });
        return made;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private async Task ResizeAsync(string folder, string title, Samples samples)
    {
        await using var servers = await LocalServers.StartAsync();
        await using var app = await GuardedProcess.StartAsync(new GuardedProcessOptions
        {
            Program = "dotnet",
            Arguments = [files.FunctionsApp],
            Environment = new Dictionary<string, string?>
            {
                ["Redis"] = servers.RedisConnectionString,
                ["Postgres"] = servers.PostgresConnectionString,
                ["Images__Folder"] = folder,
                ["Images__DecodesAtOnce"] = Text(AtOnce),
                ["Mail__From"] = "hello@example.com",
                ["Mail__PickupFolder"] = Path.Combine(folder, "mail"),
            },
        });
        await InsertPostsAsync(servers.PostgresConnectionString);

        await using var services = new ServiceCollection().AddJobEnqueuer(servers.RedisConnectionString).BuildServiceProvider();
        await using var redis = await ConnectionMultiplexer.ConnectAsync(servers.RedisConnectionString);
        var start = Clock.Microseconds();
        await services.GetRequiredService<IJobEnqueuer>().EnqueueManyAsync(Enumerable.Range(0, sizes.Photos).Select(number =>
            NewJob.Named("resize_post_image", new { ImagePath = Photo(number), PostId = number + 1 }, new EnqueueOptions { Queue = Queue })));
        var memory = 0.0;
        while (await CountAsync(redis.GetDatabase()) is var done && done < sizes.Photos)
        {
            if (app.Exited.IsCompleted || Clock.Microseconds() - start > Patience.TotalMicroseconds)
            {
                throw new BenchException($"the app resized {done} of {sizes.Photos} photos");
            }

            memory = Math.Max(memory, ProcessUse.Of([app.Id]).MemoryMegabytes);
            await Task.Delay(LookEvery);
        }

        Add(samples, title, start, memory);
    }

    private static async Task<int> CountAsync(IDatabase redis) => (int?)await redis.HashGetAsync("jobs:{post-image}:stats", "completed") ?? 0;

    private async Task InsertPostsAsync(string postgres)
    {
        await using var source = NpgsqlDataSource.Create(postgres);
        for (var start = Clock.Microseconds(); ;)
        {
            try
            {
                await using var insert = source.CreateCommand("insert into posts (title) select 'A post' from generate_series(1, $1)");
                insert.Parameters.Add(new NpgsqlParameter<int> { TypedValue = sizes.Photos });
                await insert.ExecuteNonQueryAsync();
                return;
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UndefinedTable && Clock.Microseconds() - start < 60_000_000)
            {
                // The app makes the tables when it starts.
                await Task.Delay(LookEvery);
            }
        }
    }

    private async Task CompareAsync(string folder, Samples samples)
    {
        var shares = Enumerable.Range(0, sizes.Photos).Chunk((sizes.Photos + AtOnce - 1) / AtOnce);
        var start = Clock.Microseconds();
        var processes = await Task.WhenAll(shares.Select(share => GuardedProcess.StartAsync(new GuardedProcessOptions
        {
            Program = Vips,
            Arguments = [.. share.Select(Photo), "--size", "1280x1280>", "--export-profile", "srgb", "-o", "%s.webp[Q=80,strip]"],
            WorkingFolder = folder,
            Environment = new Dictionary<string, string?> { ["VIPS_CONCURRENCY"] = "1" },
        })));
        var memory = 0.0;
        var end = Task.WhenAll(processes.Select(process => process.Exited));
        while (await Task.WhenAny(end, Task.Delay(LookEvery)) != end)
        {
            memory = Math.Max(memory, ProcessUse.Of([.. processes.Select(process => process.Id)]).MemoryMegabytes);
        }

        foreach (var process in processes)
        {
            await process.DisposeAsync();
        }

        if ((await end).Any(code => code != 0))
        {
            throw new BenchException($"{Vips} failed");
        }

        Add(samples, Vips, start, memory);
    }

    private void Add(Samples samples, string title, long start, double memory)
    {
        samples.Add(Metrics.Images, title, sizes.Photos / ((Clock.Microseconds() - start) / 1e6));
        samples.Add(Metrics.ImagesMemory, title, memory);
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        var (code, output) = await GuardedProcess.RunAsync(new GuardedProcessOptions { Program = program, Arguments = arguments });
        if (code != 0)
        {
            throw new BenchException($"{program} {arguments[0]} failed: {output}");
        }

        return output;
    }
}
