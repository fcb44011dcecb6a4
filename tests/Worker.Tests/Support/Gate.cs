namespace FunctionJobs.Tests;

/// <summary>Closed until it is opened, then open for all. Who waits too long fails.</summary>
public sealed class Gate
{
    private readonly TaskCompletionSource opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool IsOpen => opened.Task.IsCompleted;

    public Task Passed => opened.Task.WaitAsync(TimeSpan.FromSeconds(60));

    public void Open() => opened.TrySetResult();
}
