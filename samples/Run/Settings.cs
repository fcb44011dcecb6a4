using FunctionJobs.LocalServices;

namespace FunctionJobs.Samples.Run;

/// <summary>The settings that both apps get as environment variables. What the user has set already stays.</summary>
internal static class Settings
{
    public static Dictionary<string, string?> For(LocalServers servers, Repository repository, string apiUrl)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Redis"] = servers.RedisConnectionString,
            ["Postgres"] = servers.PostgresConnectionString,
            ["Mail__From"] = "hello@example.com",
            ["Mail__PickupFolder"] = Folder(repository, "mail"),
            ["Images__Folder"] = Folder(repository, "images"),
            // Empty, so that what a local.settings.json says for Core Tools does not count here.
            ["AzureWebJobsRedis"] = "",
            ["ConnectionStrings__Redis"] = "",
            ["ConnectionStrings__AzureWebJobsRedis"] = "",
            ["Redis__redisHostName"] = "",
            ["Mail__Host"] = "",
            ["Images__BlobConnection"] = "",
            ["Images__BlobContainer"] = "images",
            ["Images__PublicUrl"] = "/images/",
            ["ASPNETCORE_URLS"] = apiUrl,
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["DOTNET_ENVIRONMENT"] = "Development",
        };
        // The apps take one image store, and refuse two.
        if (OfUser("Images__BlobConnection") is not null)
        {
            settings["Images__Folder"] = "";
        }

        return settings.ToDictionary(setting => setting.Key, setting => OfUser(setting.Key) is { } own ? FromHere(setting.Key, own) : setting.Value);
    }

    /// <summary>What the user has set, or null.</summary>
    public static string? OfUser(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } own ? own : null;

    /// <summary>Each app starts in a folder of its own: a folder that the user names starts where the user is.</summary>
    private static string FromHere(string name, string value) =>
        name is "Mail__PickupFolder" or "Images__Folder" ? Path.GetFullPath(value) : value;

    private static string Folder(Repository repository, string name) =>
        Directory.CreateDirectory(Path.Combine(repository.Local, name)).FullName;
}
