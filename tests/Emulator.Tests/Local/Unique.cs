namespace FunctionJobs.Emulator.Tests;

/// <summary>Names of a test's own.</summary>
internal static class Unique
{
    public static string Name(string prefix) => $"{prefix}-{Guid.CreateVersion7():N}";
}
