namespace FunctionJobs.Tests;

/// <summary>Shell scripts in the folder <c>bin</c> of a test's own, that stand for real programs.</summary>
internal static class StubProgram
{
    /// <summary>The PATH on which those of a folder are found first.</summary>
    public static string PathBefore(string folder) => $"{folder}/bin:{Environment.GetEnvironmentVariable("PATH")}";

    public static async Task WriteAsync(string folder, string name, string script)
    {
        var path = Path.Combine(Directory.CreateDirectory(Path.Combine(folder, "bin")).FullName, name);
        await File.WriteAllTextAsync(path, $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
