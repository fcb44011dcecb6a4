using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SampleApp;

var builder = FunctionsApplication.CreateBuilder(args);
builder.UseMiddleware<Announce>();
builder.Services.AddSingleton<Invocations>();
builder.Services.AddHostedService<Farewell>();
builder.Build().Run();
