using FunctionJobs.Functions;
using FunctionJobs.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;

try
{
    var builder = FunctionsApplication.CreateBuilder(args);

    var hostFile = HostFile.Read();
    builder.AddLogs(hostFile);
    builder.AddTelemetry();
    builder.AddResilience();
    builder.AddRedis();
    builder.AddPostgres();
    builder.AddMail();
    builder.AddImages();
    builder.AddFunctionTimeout(hostFile);

    builder.Services.AddJobWorker()
        .AddJob<SendWelcomeEmail, SendWelcomeEmailHandler>()
        .AddJob<ResizePostImage, ResizePostImageHandler>();

    builder.Services.AddHostedService<HostWatch>();

    builder.CheckSettings();
    using var app = builder.Build();
    await app.CheckJobWorkerAsync();
    await app.MigrateDatabaseAsync();
    return await app.RunToEndAsync();
}
catch (Exception e) when (StartupFailure.Describe(e) is { } message)
{
    await Console.Error.WriteLineAsync(message);
    return 1;
}
