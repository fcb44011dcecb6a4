namespace Microsoft.Azure.Functions.Worker.Middleware;

/// <summary>The rest of an invocation: the next middleware, or at the end the function itself.</summary>
/// <param name="context">The invocation.</param>
#pragma warning disable CA1711 // The name is the real package's.
public delegate Task FunctionExecutionDelegate(FunctionContext context);
