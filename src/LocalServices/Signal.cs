using System.Runtime.InteropServices;

namespace FunctionJobs.LocalServices;

/// <summary>A POSIX signal, by its number on Linux.</summary>
public enum Signal
{
    /// <summary>SIGINT: what Ctrl+C sends. PostgreSQL's fast shutdown.</summary>
    Interrupt = 2,

    /// <summary>SIGKILL: ends a process at once; it cannot be caught.</summary>
    Kill = 9,

    /// <summary>SIGTERM: asks a process to end.</summary>
    Terminate = 15,

    /// <summary>SIGCONT: lets a paused process go on.</summary>
    Continue = 18,

    /// <summary>SIGSTOP: pauses a process; it cannot be caught.</summary>
    Pause = 19,
}

internal static class Signals
{
    /// <summary>Sends a signal; false when there is no such process.</summary>
    public static bool Send(int process, Signal signal) => Kill(process, Number(signal)) == 0;

    // macOS numbers these two as BSD does.
    private static int Number(Signal signal) => signal switch
    {
        Signal.Continue when OperatingSystem.IsMacOS() => 19,
        Signal.Pause when OperatingSystem.IsMacOS() => 17,
        _ => (int)signal,
    };

    /// <summary>The name that kill(1) takes.</summary>
    public static string Name(this Signal signal) => signal switch
    {
        Signal.Interrupt => "INT",
        Signal.Kill => "KILL",
        Signal.Terminate => "TERM",
        Signal.Continue => "CONT",
        Signal.Pause => "STOP",
        _ => throw new ArgumentOutOfRangeException(nameof(signal), signal, null),
    };

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}
