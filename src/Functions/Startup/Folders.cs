namespace FunctionJobs.Functions;

internal static class Folders
{
    /// <summary>Makes the folder when it is missing, and says what is wrong when that is not possible.</summary>
    public static string? Problem(string setting, string folder)
    {
        try
        {
            Directory.CreateDirectory(Path.GetFullPath(folder));
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return $"{setting} is '{folder}', and that folder cannot be made: {e.Message} Write a folder that this process may write to";
        }
    }
}
