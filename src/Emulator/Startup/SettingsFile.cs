using Microsoft.Extensions.Configuration;

namespace FunctionJobs.Emulator.Startup;

/// <summary>Reads a JSON file whose faults are a person's to mend.</summary>
internal static class SettingsFile
{
    /// <summary>Reads <paramref name="path"/>; environment variables that begin with <paramref name="overridePrefix"/> win over it.</summary>
    /// <exception cref="StartupException">The file is not JSON.</exception>
    public static IConfiguration Read(string path, string? overridePrefix = null)
    {
        try
        {
            var builder = new ConfigurationBuilder().AddJsonFile(path, optional: false, reloadOnChange: false);
            if (overridePrefix is not null)
            {
                builder.AddEnvironmentVariables(overridePrefix);
            }

            return builder.Build();
        }
        catch (InvalidDataException broken)
        {
            throw new StartupException($"{path} is not valid JSON: {broken.GetBaseException().Message}");
        }
    }
}
