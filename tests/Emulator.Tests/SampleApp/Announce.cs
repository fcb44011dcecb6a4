using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace SampleApp;

/// <summary>Says on standard output that an invocation has come as far as the middleware.</summary>
internal sealed class Announce : IFunctionsWorkerMiddleware
{
    public Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        Console.WriteLine($"middleware of {context.FunctionDefinition.Name}");
        return next(context);
    }
}
