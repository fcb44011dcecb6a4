namespace FunctionJobs.Tests;

public sealed class OpenApiTests(RunningApi api)
{
    [Fact]
    public async Task The_document_lists_every_endpoint_with_its_answers()
    {
        var paths = (await api.GetJsonAsync("/openapi/v1.json")).GetProperty("paths");

        var endpoints = paths.EnumerateObject().SelectMany(path => path.Value.EnumerateObject().Select(method =>
            $"{method.Name} {path.Name}: {string.Join(' ', method.Value.GetProperty("responses").EnumerateObject().Select(x => x.Name))}"));
        Assert.Equal(
            [
                "get /health: 200 503",
                "get /images/resized/{name}: 200 404 503",
                "get /jobs/{queue}/{id}: 200 400 404 503",
                "get /posts/{id}: 200 404 503",
                "post /auth/register: 201 400 409 413 503",
                "post /posts: 202 400 413 503",
            ],
            endpoints.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task It_says_which_parts_an_upload_has()
    {
        var upload = (await api.GetJsonAsync("/openapi/v1.json")).GetProperty("paths").GetProperty("/posts").GetProperty("post")
            .GetProperty("requestBody").GetProperty("content").GetProperty("multipart/form-data").GetProperty("schema").GetRawText();

        Assert.Contains("PostForm", upload, StringComparison.Ordinal);
    }
}
