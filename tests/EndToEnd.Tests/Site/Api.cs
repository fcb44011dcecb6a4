using FunctionJobs.LocalServices;

namespace FunctionJobs.Tests;

/// <summary>The sample API as a process, and a client of it.</summary>
internal sealed class Api(ChildProcess process) : IAsyncDisposable
{
    public HttpClient Client { get; } = new();

    public IReadOnlyList<string> Lines => process.Lines;

    public void Terminate() => Assert.True(process.Send(Signal.Terminate));

    public Task<int> WaitForExitAsync() => process.WaitForExitAsync();

    public ValueTask DisposeAsync()
    {
        Client.Dispose();
        return process.DisposeAsync();
    }
}
