namespace FunctionJobs.Emulator.Tests;

/// <summary>The folder that an app runs from, deleted when disposed.</summary>
internal sealed class AppFolder : IDisposable
{
    public const string PlainHostJson = """{ "version": "2.0" }""";

    public AppFolder(string? hostJson = PlainHostJson, string? localSettings = null)
    {
        if (hostJson is not null)
        {
            File.WriteAllText(System.IO.Path.Combine(Path, "host.json"), hostJson);
        }

        if (localSettings is not null)
        {
            File.WriteAllText(System.IO.Path.Combine(Path, "local.settings.json"), localSettings);
        }
    }

    public string Path { get; } = Directory.CreateTempSubdirectory("emulator-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
