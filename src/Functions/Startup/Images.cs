using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace FunctionJobs.Functions;

/// <summary>The image store, a folder or a blob container, and what resizes.</summary>
internal static class Images
{
    public static void AddImages(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<ImageOptions>().BindConfiguration("Images").ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<ImageOptions>, ImageOptionsCheck>();
        // The client logs the address of each request, and with it the photo's path.
        builder.Services.AddHttpClient(Resilience.ImageStore).RemoveAllLoggers();
        builder.Services.AddSingleton<IImageStore>(services =>
            string.IsNullOrWhiteSpace(services.GetRequiredService<IOptions<ImageOptions>>().Value.BlobConnection)
                ? ActivatorUtilities.CreateInstance<FolderImageStore>(services)
                : ActivatorUtilities.CreateInstance<BlobImageStore>(
                    services, services.GetRequiredService<IHttpClientFactory>().CreateClient(Resilience.ImageStore)));
        builder.Services.AddSingleton<ImageResizer>();
        builder.Services.AddSingleton<PostImages>();
    }
}
