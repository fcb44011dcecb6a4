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
            ["ASPNETCORE_URLS"] = apiUrl,
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["DOTNET_ENVIRONMENT"] = "Development",
        };
        return settings.ToDictionary(
            setting => setting.Key,
            setting => Environment.GetEnvironmentVariable(setting.Key) is { Length: > 0 } own ? own : setting.Value);
    }

    private static string Folder(Repository repository, string name) =>
        Directory.CreateDirectory(Path.Combine(repository.Local, name)).FullName;
}
