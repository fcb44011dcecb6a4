using System.Text;

namespace FunctionJobs.Tests;

/// <summary>Thousands of odd requests, the same in every run: the API answers each within a second, refuses them and stays up.</summary>
public sealed class FuzzTests(RunningApi api)
{
    private const int Requests = 2500;

    private static readonly string[] Pieces =
    [
        "{", "}", "[", "]", "\"", ":", ",", "null", "true", "1e999", "-0", "\"email\"", "\"name\"", "\"a@b\"", "\"a@example.com\"", "\\u0000",
        "\\ud800", "\\", "\0", "\r\n", "\u2028", "é", "𝄞", "--b", "--b--", "--b\r\n", "Content-Disposition: form-data; name=title\r\n",
        "Content-Disposition: form-data; name=image; filename=\"a\"\r\n", "Content-Disposition: form-data; name=userId\r\n", "\r\n\r\n",
        "Content-Disposition: ", "; name*=utf-8''title", "\u00ff\u00d8\u00ff\u00e0", "GIF89a", "II*\0", "Hello", "7", "-7", "99999999999999999999",
    ];

    private static readonly string[] Types =
    [
        "application/json", "application/json; charset=utf-16", "application/json; charset=none", "multipart/form-data; boundary=b",
        "multipart/form-data; boundary=\"b\"", "multipart/form-data", "multipart/form-data; boundary=", "text/plain", "",
    ];

    [Theory]
    [InlineData("/auth/register", 20261)]
    [InlineData("/posts", 20262)]
    public async Task No_body_is_a_fault_of_the_server(string path, int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < Requests; i++)
        {
            var (body, type) = (path == "/posts" && i % 2 == 0 ? Form(random) : Json(random), Types[random.Next(Types.Length)]);
            if (i % 3 != 0)
            {
                type = path == "/posts" ? "multipart/form-data; boundary=b" : "application/json";
            }

            var input = $"request {i} of seed {seed}, {type}\n{body}";

            var status = await InTime.RunAsync(() => PostAsync(path, body, type), () => input, tries: 3);

            Assert.True(status is >= 200 and < 500, $"{status} for {input}");
        }
    }

    [Fact]
    public async Task No_path_is_a_fault_of_the_server()
    {
        const int seed = 20263;
        var random = new Random(seed);
        string[] starts = ["/jobs/welcome-email/", "/jobs/post-image/", "/jobs/", "/posts/", "/images/", "/images/resized/"];
        for (var i = 0; i < Requests; i++)
        {
            var path = starts[random.Next(starts.Length)] + Uri.EscapeDataString(Mix(random, 4)) + (random.Next(4) == 0 ? "?wait=" + random.Next(-5, 2) : "");
            var input = $"request {i} of seed {seed}, {path}";

            var status = await InTime.RunAsync(() => GetAsync(path), () => input, tries: 3);

            Assert.True(status is >= 200 and < 500, $"{status} for {input}");
        }
    }

    private async Task<int> PostAsync(string path, string body, string type)
    {
        using var content = new ByteArrayContent(Encoding.Latin1.GetBytes(body));
        if (type.Length > 0)
        {
            content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        using var answer = await api.Http.PostAsync(RunningApi.Url(path), content, TestContext.Current.CancellationToken);
        return (int)answer.StatusCode;
    }

    private async Task<int> GetAsync(string path)
    {
        using var answer = await api.Http.GetAsync(RunningApi.Url(path), TestContext.Current.CancellationToken);
        return (int)answer.StatusCode;
    }

    private static string Mix(Random random, int most) =>
        string.Concat(Enumerable.Range(0, random.Next(most + 1)).Select(_ =>
            random.Next(5) == 0 ? $"{(char)random.Next(1, 256)}" : Pieces[random.Next(Pieces.Length)]));

    /// <summary>Mostly JSON, with odd values and the odd fault.</summary>
    private static string Json(Random random) => random.Next(3) == 0
        ? Mix(random, 12)
        : $"{{\"email\": {Value(random)}, \"name\": {Value(random)}{(random.Next(5) == 0 ? ", " + Mix(random, 2) : "")}}}";

    private static string Value(Random random) => random.Next(4) switch
    {
        0 => Mix(random, 2),
        1 => $"\"{random.Next()}@example.com\"",
        _ => $"\"{Mix(random, 4).Replace("\"", "", StringComparison.Ordinal)}\"",
    };

    /// <summary>Mostly a form, with odd parts and the odd fault.</summary>
    private static string Form(Random random)
    {
        var form = new StringBuilder();
        for (var part = random.Next(4); part >= 0; part--)
        {
            string[] names = ["title", "image; filename=a.jpg", "userId", "\"image\"", "other", Mix(random, 1)];
            form.Append("--b\r\nContent-Disposition: form-data; name=").Append(names[random.Next(names.Length)]).Append("\r\n\r\n");
            form.Append(random.Next(2) == 0 ? "\u00ff\u00d8\u00ff\u00e0" : "").Append(Mix(random, 3)).Append("\r\n");
        }

        return form.Append(random.Next(5) == 0 ? "" : "--b--\r\n").ToString();
    }
}
