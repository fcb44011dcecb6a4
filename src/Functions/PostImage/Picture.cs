namespace FunctionJobs.Functions;

/// <summary>A resized picture in memory.</summary>
internal sealed record Picture(byte[] WebP, int Width, int Height);
