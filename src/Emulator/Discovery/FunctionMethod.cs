using System.Reflection;
using System.Runtime.CompilerServices;
using FunctionJobs.Emulator.Startup;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace FunctionJobs.Emulator.Discovery;

/// <summary>Calls a function's method.</summary>
internal sealed class FunctionMethod
{
    private readonly MethodInvoker invoker;
    // Null of a static method.
    private readonly Type? owner;
    private readonly IReadOnlyList<Func<FunctionContext, object, object?>> arguments;

    private FunctionMethod(MethodInfo method, IReadOnlyList<Func<FunctionContext, object, object?>> arguments)
    {
        invoker = MethodInvoker.Create(method);
        owner = method.IsStatic ? null : method.DeclaringType;
        this.arguments = arguments;
    }

    /// <summary>Checks that the emulator can fill every parameter and wait for the result.</summary>
    /// <exception cref="StartupException">It cannot.</exception>
    public static FunctionMethod Read(string function, MethodInfo method, ParameterInfo triggerParameter, Trigger trigger)
    {
        var type = method.DeclaringType!;
        if (type.ContainsGenericParameters || method.ContainsGenericParameters || (type.IsAbstract && !method.IsStatic))
        {
            throw new StartupException($"Function '{function}': {MethodDefinition.FullName(method)} must be a method of an ordinary class, neither generic nor abstract.");
        }

        CheckReturn(function, method);
        return new FunctionMethod(method, [.. method.GetParameters().Select(parameter =>
            parameter.Position == triggerParameter.Position ? TriggerArgument(function, parameter, trigger) : Argument(function, parameter))]);
    }

    /// <summary>Makes the function's class from the invocation's services, calls the method and waits for it.</summary>
    public Task InvokeAsync(FunctionContext context, object triggerValue)
    {
        var instance = owner is null ? null : ActivatorUtilities.CreateInstance(context.InstanceServices, owner);
        object?[] values = [.. arguments.Select(argument => argument(context, triggerValue))];
        return invoker.Invoke(instance, values.AsSpan()) switch
        {
            Task task => task,
            ValueTask task => task.AsTask(),
            _ => Task.CompletedTask,
        };
    }

    private static Func<FunctionContext, object, object?> TriggerArgument(string function, ParameterInfo parameter, Trigger trigger) =>
        parameter.ParameterType == trigger.ParameterType
            ? static (_, triggerValue) => triggerValue
            : throw new StartupException(
                $"Function '{function}': the trigger's parameter '{parameter.Name}' must be a {trigger.ParameterType.Name}, and it is a {parameter.ParameterType.Name}.");

    private static Func<FunctionContext, object, object?> Argument(string function, ParameterInfo parameter)
    {
        if (parameter.ParameterType == typeof(FunctionContext))
        {
            return static (context, _) => context;
        }

        if (parameter.ParameterType == typeof(CancellationToken))
        {
            return static (context, _) => context.CancellationToken;
        }

        throw new StartupException(
            $"Function '{function}': the parameter '{parameter.Name}' is a {parameter.ParameterType.Name}; beside the trigger only FunctionContext and CancellationToken can be given.");
    }

    private static void CheckReturn(string function, MethodInfo method)
    {
        var type = method.ReturnType;
        if (type == typeof(void) && method.IsDefined(typeof(AsyncStateMachineAttribute)))
        {
            throw new StartupException($"Function '{function}' is async void, so nothing can wait for it; return a Task.");
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ValueTask<>))
        {
            throw new StartupException($"Function '{function}' returns a {type.Name}, and a result goes nowhere here; return a Task or ValueTask.");
        }

        // The worker's generated code awaits it; a class that this code cannot see is called by reflection, which awaits only a Task.
        if (type == typeof(ValueTask) && !method.DeclaringType!.IsVisible)
        {
            throw new StartupException(
                $"Function '{function}' returns a ValueTask, and its class {method.DeclaringType.Name} is not public: the worker would not wait for it. Make the class public, or return a Task.");
        }
    }
}
