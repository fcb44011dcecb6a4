using System.Net.Sockets;
using FunctionJobs;
using FunctionJobs.Samples.Api;
using FunctionJobs.Schema;
using Microsoft.AspNetCore.Connections;

try
{
    var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
    var settings = ApiSettings.Read(builder.Configuration);

    builder.Services.AddJobEnqueuer(settings.Redis);
    builder.Services.AddNpgsqlDataSource(settings.Postgres);
    builder.Services.AddImageStore(settings.Images);
    builder.Services.AddSingleton<Users>();
    builder.Services.AddSingleton<PostRecords>();
    builder.Services.AddHealth();
    builder.Services.AddProblems();
    builder.Services.AddOpenApi();
    builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJson.Default));
    builder.AddTelemetry(settings.Telemetry);

    await using var app = builder.Build();
    app.UseProblems();
    app.MapOpenApi();
    app.MapRegisterUser();
    app.MapCreatePost();
    app.MapShowPost();
    app.MapShowImage();
    app.MapShowJob();
    app.MapHealth();

    await new SchemaMigrator(settings.Postgres, settings.WaitForPostgres, TimeProvider.System).MigrateAsync(CancellationToken.None);
    await app.RunAsync();
    return 0;
}
catch (SettingsException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}
catch (SchemaException e)
{
    await Console.Error.WriteLineAsync($"The API cannot start. Postgres: {e.Message}");
    return 1;
}
catch (Exception e) when (e is SocketException or IOException { InnerException: AddressInUseException or AggregateException })
{
    // The port is taken, or the user may not have it, or the address is another machine's.
    await Console.Error.WriteLineAsync($"The API cannot start. {e.Message} Write another, e.g. --urls http://localhost:5090");
    return 1;
}
