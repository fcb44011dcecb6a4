using Microsoft.Azure.Functions.Worker.Middleware;

namespace FunctionJobs.Emulator.Invocation;

/// <summary>The middleware, outermost first, and the function at its end.</summary>
internal sealed class Pipeline
{
    private readonly List<Func<FunctionExecutionDelegate, FunctionExecutionDelegate>> middleware = [];

    /// <summary>Adds middleware inside of what is there.</summary>
    public void Use(Func<FunctionExecutionDelegate, FunctionExecutionDelegate> middleware) => this.middleware.Add(middleware);

    /// <summary>The whole of it as one call.</summary>
    public FunctionExecutionDelegate Build()
    {
        FunctionExecutionDelegate rest = static context => ((InvocationContext)context).CallFunctionAsync();
        return Enumerable.Reverse(middleware).Aggregate(rest, static (next, layer) => layer(next));
    }
}
