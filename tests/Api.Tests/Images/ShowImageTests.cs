using System.Net.Http.Headers;
using System.Net.Sockets;

namespace FunctionJobs.Tests;

public sealed class ShowImageTests(RunningApi api)
{
    [Fact]
    public async Task What_the_job_stores_can_be_looked_at_whole_or_in_part()
    {
        var picture = new byte[2000];
        Random.Shared.NextBytes(picture);
        var path = $"/images/{Pictures.PathOf(picture)}";
        Directory.CreateDirectory(Path.Combine(api.Folder, "resized"));
        await File.WriteAllBytesAsync(Path.Combine(api.Folder, Pictures.PathOf(picture)), picture, TestContext.Current.CancellationToken);

        using var whole = await api.GetAsync(path);
        Assert.Equal("image/webp", whole.Content.Headers.ContentType?.ToString());
        Assert.Equal("nosniff", whole.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal(picture, await whole.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));

        using var request = new HttpRequestMessage(HttpMethod.Get, RunningApi.Url(path)) { Headers = { Range = new RangeHeaderValue(10, 19) } };
        using var part = await api.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal(picture[10..20], await part.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>It says where and when it was taken.</summary>
    [Theory]
    [InlineData(".jpg")]
    [InlineData(".webp")]
    public async Task An_upload_is_neither_named_nor_shown(string extension)
    {
        using var form = Uploads.Form([.. Uploads.Starts[extension], .. new byte[100]]);
        using var posted = await api.PostAsync(form);
        var accepted = await posted.ReadAsync(HttpStatusCode.Accepted);
        var path = await api.ImagePathAsync(accepted);

        Assert.DoesNotContain("uploads/", accepted.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain("uploads/", (await api.GetJsonAsync(accepted.Text("url"))).GetRawText(), StringComparison.Ordinal);
        foreach (var way in (string[])["", "resized/../", "resized/%2e%2e/", "resized/..%2f", "resized/..%5c"])
        {
            Assert.Equal(404, await RawStatusAsync($"/images/{way}{path}"));
        }
    }

    [Theory]
    [InlineData("/images/")]
    [InlineData("/images/uploads")]
    [InlineData("/images/uploads/none.jpg")]
    [InlineData("/images/../outside.jpg")]
    [InlineData("/images/uploads/../../outside.jpg")]
    [InlineData("/images/%2e%2e/outside.jpg")]
    [InlineData("/images/..%2foutside.jpg")]
    [InlineData("/images/..%5coutside.jpg")]
    [InlineData("/images//../outside.jpg")]
    [InlineData("/images/%2ftmp%2foutside.jpg")]
    [InlineData("/images/uploads/.hidden.jpg")]
    [InlineData("/images/uploads/%00.jpg")]
    [InlineData("/images/text.txt")]
    [InlineData("/images/resized/")]
    [InlineData("/images/resized/text.txt")]
    [InlineData("/images/resized/.hidden.webp")]
    public async Task No_path_leaves_the_store_nor_shows_what_is_no_image(string path)
    {
        var outside = Path.Combine(Path.GetDirectoryName(api.Folder)!, "outside.jpg");
        await File.WriteAllBytesAsync(outside, [1], TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(Path.Combine(api.Folder, "uploads", ".hidden.jpg"), [1], TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(Path.Combine(api.Folder, "text.txt"), [1], TestContext.Current.CancellationToken);
        Directory.CreateDirectory(Path.Combine(api.Folder, "resized"));
        await File.WriteAllBytesAsync(Path.Combine(api.Folder, "resized", "text.txt"), [1], TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(Path.Combine(api.Folder, "resized", ".hidden.webp"), [1], TestContext.Current.CancellationToken);

        Assert.True(await RawStatusAsync(path) is 400 or 404);
    }

    /// <summary>Over a socket, since every client tidies paths.</summary>
    private async Task<int> RawStatusAsync(string path)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", api.Http.BaseAddress!.Port, TestContext.Current.CancellationToken);
        await using var stream = client.GetStream();
        await stream.WriteAsync(
            System.Text.Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream);
        var status = await reader.ReadLineAsync(TestContext.Current.CancellationToken);
        return int.Parse(status!.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }
}
