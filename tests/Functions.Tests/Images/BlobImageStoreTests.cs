using System.Net;
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
    public async Task Neither_path_nor_post_is_in_the_log()
    {
        var (app, container) = await StartAsync();
        await using var _ = app;
        using var photo = Photos.Quarters(40, 30);
        await UploadAsync(container, "attic/photo.jpg", photo.JpegsaveBuffer());
        const long post = 987_654_321;
        await using var insert = app.Database.CreateCommand("insert into posts (id, title) overriding system value values ($1, 'A post')");
        insert.Parameters.Add(new() { Value = post });
        await insert.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        await app.RunAsync(new ResizePostImage("attic/photo.jpg", post));
        await Assert.ThrowsAsync<DiscardJobException>(() => app.RunAsync(new ResizePostImage("attic/none.jpg", post)));
        await Assert.ThrowsAsync<DiscardJobException>(() => app.RunAsync(new ResizePostImage("attic/photo.jpg", post + 1), attempt: 2));

        Assert.Contains("Job job made its post's picture", app.Log.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("attic", app.Log.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("98765432", app.Log.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(HttpStatusCode.Forbidden, false)]
    [InlineData(HttpStatusCode.ServiceUnavailable, true)]
    public async Task A_store_that_refuses_is_told_by_its_code_and_not_by_its_words(HttpStatusCode status, bool passes)
    {
        using var http = new HttpClient(new RefusingStore(status));
        var options = new ImageOptions { BlobConnection = "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=a2V5;BlobEndpoint=http://store/a;" };
        var store = new BlobImageStore(Microsoft.Extensions.Options.Options.Create(options), http);

        var failure = await Assert.ThrowsAsync<ImageStoreAnswerException>(
            () => store.OpenAsync("attic/photo.jpg", TestContext.Current.CancellationToken));

        Assert.Equal($"The image store answered {(int)status} (TheCode).", failure.Message);
        Assert.DoesNotContain("attic", failure.ToString(), StringComparison.Ordinal);
        Assert.Equal(passes, ImageStoreFailures.IsTransient(failure));
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

    /// <summary>Tells of each blob how large it is, hands none out, and quotes what it was asked for.</summary>
    private sealed class RefusingStore(HttpStatusCode status) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var answer = new HttpResponseMessage(request.Method == HttpMethod.Head ? HttpStatusCode.OK : status) { RequestMessage = request };
            answer.Headers.TryAddWithoutValidation("ETag", "\"1\"");
            if (request.Method == HttpMethod.Head)
            {
                answer.Content = new ByteArrayContent([]);
                answer.Content.Headers.ContentLength = 17;
                answer.Content.Headers.LastModified = DateTimeOffset.UnixEpoch;
            }
            else
            {
                answer.Headers.TryAddWithoutValidation("x-ms-error-code", "TheCode");
                answer.Content = new StringContent($"<Error><Code>TheCode</Code><Message>{request.RequestUri}</Message></Error>", null, "application/xml");
            }

            return Task.FromResult(answer);
        }
    }
}
