namespace FunctionJobs.Emulator.Startup;

/// <summary>The app cannot start as it is; the message says what is wrong and what to write instead.</summary>
internal sealed class StartupException(string message) : Exception(message);
