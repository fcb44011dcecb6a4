using Microsoft.Extensions.Configuration;

namespace FunctionJobs.Emulator.Startup;

/// <summary>Settings from <c>local.settings.json</c>: <c>Values</c>, and <c>ConnectionStrings</c> below that name.</summary>
internal sealed class LocalSettings
{
    private const string FileName = "local.settings.json";
    private readonly Dictionary<string, string?> values = new(StringComparer.OrdinalIgnoreCase);

    private LocalSettings()
    {
    }

    /// <summary>The settings as configuration keys, parts divided by a colon.</summary>
    public IReadOnlyDictionary<string, string?> Values => values;

    /// <summary>Reads the file beside the app, then the one in the current directory, which wins. Neither needs to exist.</summary>
    /// <exception cref="StartupException">A file is encrypted or not JSON.</exception>
    public static LocalSettings Read(EmulatorSetup setup)
    {
        var settings = new LocalSettings();
        foreach (var directory in new[] { setup.BaseDirectory, setup.CurrentDirectory })
        {
            var path = Path.Combine(directory, FileName);
            if (File.Exists(path))
            {
                settings.Add(path);
            }
        }

        if (setup.ExportsSettings)
        {
            settings.Export();
        }

        return settings;
    }

    private void Add(string path)
    {
        var file = SettingsFile.Read(path);
        if (string.Equals(file["IsEncrypted"], "true", StringComparison.OrdinalIgnoreCase))
        {
            throw new StartupException(
                $"{path} is encrypted, and only Core Tools can read it. Run 'func settings decrypt', or write it anew with \"IsEncrypted\": false.");
        }

        Add(file.GetSection("Values"), prefix: "");
        Add(file.GetSection("ConnectionStrings"), prefix: "ConnectionStrings:");
    }

    private void Add(IConfigurationSection section, string prefix)
    {
        foreach (var (key, value) in section.AsEnumerable(makePathsRelative: true))
        {
            if (value is not null)
            {
                values[prefix + key.Replace("__", ":", StringComparison.Ordinal)] = value;
            }
        }
    }

    // Core Tools hand Values to the worker as environment variables, and leave a variable alone that is already set.
    private void Export()
    {
        foreach (var (key, value) in values)
        {
            var name = key.Replace(":", "__", StringComparison.Ordinal);
            if (Environment.GetEnvironmentVariable(name) is null)
            {
                Environment.SetEnvironmentVariable(name, value);
            }
        }
    }
}
