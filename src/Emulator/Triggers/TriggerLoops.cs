using FunctionJobs.Emulator.Discovery;
using Microsoft.Extensions.Logging;

namespace FunctionJobs.Emulator.Triggers;

/// <summary>Makes the loop that a function's trigger asks for.</summary>
internal sealed class TriggerLoops(TriggerTools tools, ILoggerFactory logs)
{
    /// <summary>Makes the loop of <paramref name="function"/>.</summary>
    public ITriggerLoop For(Function function)
    {
        var name = function.Definition.Name;
        var logger = logs.CreateLogger($"Function.{name}");
        return function.Trigger switch
        {
            ListTrigger list => new PollLoop(function, list, new ListSource(list), tools, logger),
            StreamTrigger stream => new PollLoop(function, stream, new StreamSource(name, stream), tools, logger),
            TimerTrigger timer => new TimerLoop(function, timer, tools, logger),
            _ => throw new NotSupportedException($"No loop for {function.Trigger.GetType().Name}."),
        };
    }
}
