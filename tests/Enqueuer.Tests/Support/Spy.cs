using System.Reflection;
using System.Runtime.ExceptionServices;

namespace FunctionJobs.Tests;

/// <summary>Sees each call of an interface's real object, and may change its answer.</summary>
public class Spy : DispatchProxy
{
    private object? seen;
    private Func<MethodInfo, object?[], object?, object?>? see;

    /// <param name="seen">Who answers.</param>
    /// <param name="see">Gets the method, its arguments and the answer, and returns the answer for the caller.</param>
    public static T On<T>(T seen, Func<MethodInfo, object?[], object?, object?> see)
        where T : class
    {
        var proxy = Create<T, Spy>();
        var spy = (Spy)(object)proxy;
        spy.seen = seen;
        spy.see = see;
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        try
        {
            return see!(targetMethod!, args ?? [], targetMethod!.Invoke(seen, args));
        }
        catch (TargetInvocationException e) when (e.InnerException is { } inner)
        {
            ExceptionDispatchInfo.Throw(inner);
            throw;
        }
    }
}
