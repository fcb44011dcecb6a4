using System.Net.Http.Headers;
using System.Text.Json;

namespace FunctionJobs.Tests;

/// <summary>Forms as browsers and curl send them.</summary>
internal static class Uploads
{
    public const int MaxBytes = 50 * 1024 * 1024;

    /// <summary>The first bytes of each format that is taken.</summary>
    public static readonly Dictionary<string, byte[]> Starts = new()
    {
        [".jpg"] = [0xFF, 0xD8, 0xFF, 0xE0],
        [".png"] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A],
        [".webp"] = [.. "RIFF"u8, 1, 2, 3, 4, .. "WEBP"u8],
        [".gif"] = [.. "GIF89a"u8],
        [".tif"] = [.. "II*\0"u8],
        [".avif"] = [0, 0, 0, 24, .. "ftypavif"u8],
    };

    /// <summary>So many bytes that begin like a JPEG.</summary>
    public static byte[] Jpeg(int length = 2000)
    {
        var bytes = new byte[length];
        Starts[".jpg"].CopyTo(bytes, 0);
        return bytes;
    }

    public static MultipartFormDataContent Form(byte[]? image, string? title = "Hello", string? userId = null)
    {
        var form = new MultipartFormDataContent();
        if (title is not null)
        {
            form.Add(new StringContent(title), "title");
        }

        if (userId is not null)
        {
            form.Add(new StringContent(userId), "userId");
        }

        if (image is not null)
        {
            form.Add(File(image), "image", "holiday photo.exe");
        }

        return form;
    }

    public static ByteArrayContent File(byte[] image) =>
        new(image) { Headers = { ContentType = new MediaTypeHeaderValue("text/html") } };

    /// <param name="api">The API that is asked.</param>
    /// <param name="form">The body.</param>
    /// <param name="chunked">Without saying beforehand how long it is.</param>
    /// <param name="expectContinue">As curl does with large bodies: an answer can come before the body is sent.</param>
    public static Task<HttpResponseMessage> PostAsync(
        this RunningApi api, HttpContent form, bool chunked = false, bool expectContinue = true)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, RunningApi.Url("/posts")) { Content = form };
        request.Headers.ExpectContinue = expectContinue;
        request.Headers.TransferEncodingChunked = chunked;
        return api.Http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>Where an accepted post's photo is in the image store, which no answer tells.</summary>
    public static async Task<string> ImagePathAsync(this RunningApi api, JsonElement accepted) =>
        (await api.QueryAsync<string>("select image_path from posts where id = $1", accepted.GetProperty("id").GetInt64()))!;

    public static string[] StoredFiles(this RunningApi api) =>
        [.. Directory.GetFiles(api.Folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None })];
}
