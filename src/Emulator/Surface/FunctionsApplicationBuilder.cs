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
    private readonly HostApplicationBuilder _builder;
    private readonly EmulatorSetup _setup;
    private readonly HostJson _hostJson;
    private readonly Pipeline _pipeline = new();
    private bool _built;

    internal FunctionsApplicationBuilder(string[]? args, EmulatorSetup setup)
    {
        _setup = setup;
        LocalSettings local = LocalSettings.Read(setup);
        _hostJson = HostJson.Read(setup.BaseDirectory);
        _builder = AppDefaults.CreateBuilder(args, setup, local, _hostJson);
    }

    /// <inheritdoc/>
    public IDictionary<object, object> Properties => ((IHostApplicationBuilder)_builder).Properties;

    IConfigurationManager IHostApplicationBuilder.Configuration => Configuration;

    /// <summary>Settings of the app.</summary>
    public ConfigurationManager Configuration => _builder.Configuration;

    /// <inheritdoc/>
    public IHostEnvironment Environment => _builder.Environment;

    /// <inheritdoc/>
    public ILoggingBuilder Logging => _builder.Logging;

    /// <inheritdoc/>
    public IMetricsBuilder Metrics => _builder.Metrics;

    /// <summary>Services of the app.</summary>
    public IServiceCollection Services => _builder.Services;

    /// <summary>
    /// Finds the functions, checks them and their settings, and builds the host. A fault ends the process with a
    /// sentence on standard error and exit code 1.
    /// </summary>
    /// <exception cref="InvalidOperationException">The app has been built already.</exception>
    public IHost Build()
    {
        ThrowIfBuilt();
        _built = true;
        return _setup.OrRefuse(() =>
        {
            EmulatorServices.Add(_builder, _setup, _hostJson, _pipeline);
            return _builder.Build();
        });
    }

    /// <inheritdoc/>
    public void ConfigureContainer<TContainerBuilder>(
        IServiceProviderFactory<TContainerBuilder> factory,
        Action<TContainerBuilder>? configure = null)
        where TContainerBuilder : notnull => _builder.ConfigureContainer(factory, configure);

    /// <inheritdoc/>
    public IFunctionsWorkerApplicationBuilder Use(Func<FunctionExecutionDelegate, FunctionExecutionDelegate> middleware)
    {
        ThrowIfBuilt();
        _pipeline.Use(middleware);
        return this;
    }

    private void ThrowIfBuilt()
    {
        if (_built)
            throw new InvalidOperationException("The application has already been built.");
    }
}
