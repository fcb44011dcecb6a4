using System.Security.Cryptography;

namespace FunctionJobs.Tests;

/// <summary>Names of a test's own, so that tests can share one server and run in parallel.</summary>
public static class Unique
{
    /// <summary>For queues, keys, files: <c>welcome-3f9a2c81d0b4</c>.</summary>
    public static string Name(string prefix) => $"{prefix}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6))}";
}
