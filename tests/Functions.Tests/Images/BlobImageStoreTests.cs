using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using FunctionJobs.Functions;
using FunctionJobs.Tests.PostImage;
using FunctionJobs.Worker;
using NetVips;

namespace FunctionJobs.Tests.Images;

public sealed class BlobImageStoreTests(Azurite azurite) : IClassFixture<Azurite>
{
    [Fact]
    public async Task A_photo_in_a_blob_is_resized_into_a_blob()
    {
        var (app, container) = await StartAsync();
        await using var _ = app;
        using var photo = Photos.Quarters(3000, 2000);
        await UploadAsync(container, "uploads/photo.jpg", photo.JpegsaveBuffer());

        var result = await app.RunAsync(new ResizePostImage("uploads/photo.jpg", await PostAsync(app)));

        BlobDownloadResult stored = await container.GetBlobClient(result.Path).DownloadContentAsync(TestContext.Current.CancellationToken);
        using var picture = Image.NewFromBuffer(stored.Content.ToArray());
        Assert.Equal((1280, 853), (picture.Width, picture.Height));
        Assert.Equal("image/webp", stored.Details.ContentType);
        Assert.Equal("/images/" + result.Path, await app.QueryAsync<string>("select image_url from posts"));
    }

    [Fact]
    public async Task The_same_photo_twice_is_one_blob()
    {
        var (app, container) = await StartAsync();
        await using var _ = app;
        using var photo = Photos.Quarters(300, 200);
        await UploadAsync(container, "photo.png", photo.PngsaveBuffer());
        var post = await PostAsync(app);

        var first = await app.RunAsync(new ResizePostImage("photo.png", post));
        var second = await app.RunAsync(new ResizePostImage("photo.png", post));

        Assert.Equal(first, second);
        Assert.Single(container.GetBlobs(BlobTraits.None, BlobStates.None, "resized/", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task What_is_refused_in_a_folder_is_refused_in_a_container()
    {
        var (app, container) = await StartAsync();
        await using var _ = app;
        await UploadAsync(container, "text.jpg", "just some text"u8.ToArray());
        await UploadAsync(container, "empty.jpg", []);
        await UploadAsync(container, "large.jpg", new byte[(50 * 1024 * 1024) + 1]);
        var post = await PostAsync(app);

        await AssertDiscardedAsync("no such file", "missing.jpg");
        await AssertDiscardedAsync("leaves the image store", "../other/photo.jpg");
        await AssertDiscardedAsync("no image of a format", "text.jpg");
        await AssertDiscardedAsync("empty", "empty.jpg");
        await AssertDiscardedAsync("the limit is 50 MB", "large.jpg");

        async Task AssertDiscardedAsync(string reason, string path)
        {
            var discarded = await Assert.ThrowsAsync<DiscardJobException>(() => app.RunAsync(new ResizePostImage(path, post)));
            Assert.Contains(reason, discarded.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_store_that_is_away_is_no_reason_to_discard()
    {
        await using var app = await FunctionsApp.StartAsync(
            ("Images:Folder", null),
            ("Images:BlobConnection", "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=a2V5;BlobEndpoint=http://127.0.0.1:1/a;"));
        var post = await PostAsync(app);

        var failure = await Assert.ThrowsAnyAsync<Exception>(() => app.RunAsync(new ResizePostImage("photo.jpg", post)));

        Assert.IsNotType<DiscardJobException>(failure);
    }

    private async Task<(FunctionsApp App, BlobContainerClient Container)> StartAsync()
    {
        var container = new BlobContainerClient(azurite.ConnectionString, Unique.Name("images"));
        await container.CreateAsync(cancellationToken: TestContext.Current.CancellationToken);
        var app = await FunctionsApp.StartAsync(
            ("Images:Folder", null), ("Images:BlobConnection", azurite.ConnectionString), ("Images:BlobContainer", container.Name));
        return (app, container);
    }

    private static async Task UploadAsync(BlobContainerClient container, string name, byte[] content) =>
        await container.GetBlobClient(name).UploadAsync(BinaryData.FromBytes(content), TestContext.Current.CancellationToken);

    private static async Task<long> PostAsync(FunctionsApp app) => await app.QueryAsync<long>("insert into posts (title) values ('A post') returning id");
}
