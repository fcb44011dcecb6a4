using FunctionJobs.Emulator.Invocation;
using FunctionJobs.Emulator.Startup;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Microsoft.Azure.Functions.Worker.Builder;

/// <summary>Builds a Functions app. The host that <see cref="Build"/> returns polls the triggers itself, in this process.</summary>
public class FunctionsApplicationBuilder : IHostApplicationBuilder, IFunctionsWorkerApplicationBuilder
{
    private readonly HostApplicationBuilder builder;
    private readonly EmulatorSetup setup;
    private readonly HostJson hostJson;
    private readonly Pipeline pipeline = new();
    private bool built;

    internal FunctionsApplicationBuilder(string[]? args, EmulatorSetup setup)
    {
        this.setup = setup;
        var local = LocalSettings.Read(setup);
        // Beside the generic host's builder, which takes about as long to make.
        var reading = Task.Run(() => HostJson.Read(setup.BaseDirectory));
        builder = AppDefaults.CreateBuilder(args, setup, local);
        EmulatorServices.AddFirst(builder.Services);
        hostJson = reading.GetAwaiter().GetResult();
        AppDefaults.AddLogLevels(builder.Configuration, hostJson);
    }

    /// <inheritdoc/>
    public IDictionary<object, object> Properties => ((IHostApplicationBuilder)builder).Properties;

    IConfigurationManager IHostApplicationBuilder.Configuration => Configuration;

    /// <summary>Settings of the app.</summary>
    public ConfigurationManager Configuration => builder.Configuration;

    /// <inheritdoc/>
    public IHostEnvironment Environment => builder.Environment;

    /// <inheritdoc/>
    public ILoggingBuilder Logging => builder.Logging;

    /// <inheritdoc/>
    public IMetricsBuilder Metrics => builder.Metrics;

    /// <summary>Services of the app.</summary>
    public IServiceCollection Services => builder.Services;

    /// <summary>
    /// Finds the functions, checks them and their settings, and builds the host. A fault ends the process with a
    /// sentence on standard error and exit code 1.
    /// </summary>
    /// <exception cref="InvalidOperationException">The app has been built already.</exception>
    public IHost Build()
    {
        ThrowIfBuilt();
        built = true;
        return setup.OrRefuse(() =>
        {
            EmulatorServices.Add(builder, setup, hostJson, pipeline);
            return builder.Build();
        });
    }

    /// <inheritdoc/>
    public void ConfigureContainer<TContainerBuilder>(
        IServiceProviderFactory<TContainerBuilder> factory,
        Action<TContainerBuilder>? configure = null)
        where TContainerBuilder : notnull => builder.ConfigureContainer(factory, configure);

    /// <inheritdoc/>
    public IFunctionsWorkerApplicationBuilder Use(Func<FunctionExecutionDelegate, FunctionExecutionDelegate> middleware)
    {
        ThrowIfBuilt();
        pipeline.Use(middleware);
        return this;
    }

    private void ThrowIfBuilt()
    {
        if (built)
        {
            throw new InvalidOperationException("The application has already been built.");
        }
    }
}
