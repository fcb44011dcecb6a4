using System.Diagnostics;
using FunctionJobs.Worker;

namespace FunctionJobs.Chaos;

/// <summary>Does what a job's script says, and notes each step in the journal.</summary>
internal sealed class ScriptedRun(JournalWriter journal, Effects effects)
{
    // A handler that ignores its token loses its slot 5 s after its timeout; this one hangs on beyond that.
    private static readonly TimeSpan DeafFor = TimeSpan.FromSeconds(8);

    public async Task RunAsync(JobScript script, JobContext context)
    {
        journal.Write(JournalEvent.Started, script.Number, context.Attempt);
        using var told = context.CancellationToken.UnsafeRegister(
            _ => journal.Write(JournalEvent.Cancelled, script.Number, context.Attempt), null);
        var how = JournalEvent.Failed;
        try
        {
            await RunAsync(script, context, context.Attempt <= script.FailingAttempts);
            how = JournalEvent.Succeeded;
        }
        finally
        {
            journal.Write(how, script.Number, context.Attempt);
        }
    }

    private async Task RunAsync(JobScript script, JobContext context, bool fails)
    {
        await Task.Delay(script.WorkMs, context.CancellationToken);
        switch (script.Deed)
        {
            case Deed.FailsAtFirst when fails:
            case Deed.NeverSucceeds:
                throw new InvalidOperationException("The script says so.");
            case Deed.Discards:
                throw context.Discard("The script says so.");
            case Deed.TimesOut when context.Attempt == 1:
                await Task.Delay(Timeout.InfiniteTimeSpan, context.CancellationToken);
                break;
            case Deed.Deaf when context.Attempt == 1:
                await Task.Delay(DeafFor, CancellationToken.None);
                break;
            case Deed.Poison:
                journal.Write(JournalEvent.Poisoned, script.Number, context.Attempt);
                Process.GetCurrentProcess().Kill();
                break;
        }

        await context.OnceAsync($"effect:{script.Id}", token => ApplyAsync(script, context, token));
        journal.Write(JournalEvent.Kept, script.Number, context.Attempt);
        if (script.Deed == Deed.FailsAfterEffect && fails)
        {
            throw new InvalidOperationException("The script says so, after the effect.");
        }
    }

    private async Task<bool> ApplyAsync(JobScript script, JobContext context, CancellationToken cancellationToken)
    {
        var first = await effects.ApplyAsync(script.Number, context.Attempt, cancellationToken);
        journal.Write(first ? JournalEvent.Applied : JournalEvent.Absorbed, script.Number, context.Attempt);
        return first;
    }
}

internal sealed class ListWorkHandler(ScriptedRun run) : IJobHandler<ListWork>
{
    public Task HandleAsync(ListWork job, JobContext context) => run.RunAsync(job.Script, context);
}

internal sealed class StreamWorkHandler(ScriptedRun run) : IJobHandler<StreamWork>
{
    public Task HandleAsync(StreamWork job, JobContext context) => run.RunAsync(job.Script, context);
}
