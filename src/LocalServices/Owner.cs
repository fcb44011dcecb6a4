using System.Diagnostics;
using System.Runtime.InteropServices;

namespace FunctionJobs.LocalServices;

/// <summary>The process that the servers are for. The console program ends with it, however it ends.</summary>
internal sealed class Owner(int? named)
{
    /// <summary>The process named, or else the parent (the shell, or <c>dotnet run</c>), asked before it can be gone.</summary>
    private readonly int id = named ?? Parent();

    /// <summary>Ends when the owner has ended.</summary>
    public async Task WaitForEndAsync(CancellationToken cancellationToken)
    {
        // Process 1 outlives everything, and 0 stands for a parent outside the container.
        if (id <= 1)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            return;
        }

        try
        {
            using var process = Process.GetProcessById(id);
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (ArgumentException)
        {
            // It has ended already.
        }
    }

    [DllImport("libc", EntryPoint = "getppid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Parent();
}
