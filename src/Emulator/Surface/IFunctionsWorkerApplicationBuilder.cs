using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Builds the worker: its services and its middleware.</summary>
public interface IFunctionsWorkerApplicationBuilder
{
    /// <summary>Services of the app.</summary>
    IServiceCollection Services { get; }

    /// <summary>Adds middleware inside of all that was added before.</summary>
    /// <param name="middleware">Wraps the rest of an invocation.</param>
    IFunctionsWorkerApplicationBuilder Use(Func<FunctionExecutionDelegate, FunctionExecutionDelegate> middleware);
}
