using System.Security.Cryptography;

namespace FunctionJobs.Tests;

/// <summary>Where the job that resizes photos puts its pictures.</summary>
internal static class Pictures
{
    public static string PathOf(byte[] picture) => $"resized/{Convert.ToHexStringLower(SHA256.HashData(picture))}.webp";
}
