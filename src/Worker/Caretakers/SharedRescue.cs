using StackExchange.Redis;

namespace FunctionJobs.Worker;

/// <summary>
/// Queues that are looked after in the same moment share a call, where Redis allows it: a process that serves many asks for all of them
/// at once.
/// </summary>
internal sealed class SharedRescue(TimeProvider time)
{
    // Timers that are due together fire within a few milliseconds.
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(10);

    // Some 20 µs each in Redis, which does nothing else meanwhile.
    private const int AtMost = 50;

    private readonly Lock gate = new();
    private List<Waiting>? open;

    // A cluster takes only keys of one slot in a call, which a queue's are.
    private volatile bool oneQueueACall;

    public async Task<RescueReport> RunAsync(Look look)
    {
        var sharded = Presence.IsSharded(look.Queue.Multiplexer);
        return Rescue.Read(look.Queue, await (sharded || oneQueueACall ? AskAloneAsync(look, sharded) : JoinAsync(look)));
    }

    private static async Task<RedisResult> AskAloneAsync(Look look, bool sharded) => (await Rescue.CallAsync([look], sharded))[0]!;

    private Task<RedisResult> JoinAsync(Look look)
    {
        var waiting = new Waiting(look, new(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (gate)
        {
            if (open is null || open.Count == AtMost)
            {
                open = [];
                _ = SendAsync(open);
            }

            open.Add(waiting);
        }

        return waiting.Answer.Task;
    }

    private async Task SendAsync(List<Waiting> call)
    {
        await Task.Delay(Gather, time);
        lock (gate)
        {
            if (open == call)
            {
                open = null;
            }
        }

        try
        {
            while (call.Count > 0)
            {
                var answers = await Rescue.CallAsync([.. call.Select(waiting => waiting.Look)], sharded: false);
                foreach (var (waiting, answer) in call.Zip(answers).Where(one => one.Second is not null))
                {
                    waiting.Answer.SetResult(answer!);
                }

                call = [.. call.Where((_, index) => answers[index] is null)];
            }
        }
        catch (Exception e) when (call.Count > 1 && e is RedisCommandException or RedisServerException)
        {
            // Nothing was done. The client knows the cluster and did not send the call, or Redis refuses it, for one of the queues maybe.
            oneQueueACall = e is RedisCommandException || e.Message.Contains("CROSSSLOT", StringComparison.Ordinal);
            await Task.WhenAll(call.Select(AnswerAloneAsync));
        }
        catch (Exception e)
        {
            call.ForEach(waiting => waiting.Answer.SetException(e));
        }
    }

    private static async Task AnswerAloneAsync(Waiting waiting)
    {
        try
        {
            waiting.Answer.SetResult(await AskAloneAsync(waiting.Look, sharded: false));
        }
        catch (Exception e)
        {
            waiting.Answer.SetException(e);
        }
    }

    private sealed record Waiting(Look Look, TaskCompletionSource<RedisResult> Answer);
}
