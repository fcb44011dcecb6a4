namespace Microsoft.Azure.Functions.Worker.Middleware;

/// <summary>Runs around every invocation.</summary>
public interface IFunctionsWorkerMiddleware
{
    /// <summary>Called once for each invocation.</summary>
    /// <param name="context">The invocation.</param>
    /// <param name="next">The rest of it; left out, the function does not run.</param>
#pragma warning disable CA1716 // The name is the real package's.
    Task Invoke(FunctionContext context, FunctionExecutionDelegate next);
}
