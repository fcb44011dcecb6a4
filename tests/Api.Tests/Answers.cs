using System.Text.Json;

namespace FunctionJobs.Tests;

/// <summary>What the API answered, read and checked.</summary>
internal static class Answers
{
    public static async Task<JsonElement> ReadAsync(this HttpResponseMessage answer, HttpStatusCode status)
    {
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.StatusCode == status, $"Expected {status}, got {(int)answer.StatusCode}: {text}");
        return JsonElement.Parse(text);
    }

    /// <summary>Problem details, as RFC 9457 has them.</summary>
    public static async Task<JsonElement> ReadProblemAsync(this HttpResponseMessage answer, HttpStatusCode status)
    {
        var problem = await answer.ReadAsync(status);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal((int)status, problem.GetProperty("status").GetInt32());
        Assert.NotEmpty(problem.GetProperty("title").GetString()!);
        return problem;
    }

    /// <summary>The fields that a problem names, in alphabetical order.</summary>
    public static string[] Fields(this JsonElement problem) =>
        [.. problem.GetProperty("errors").EnumerateObject().Select(field => field.Name).Order(StringComparer.Ordinal)];

    public static string Text(this JsonElement json, string property) => json.GetProperty(property).GetString()!;

    public static HttpContent Json(string body) => new StringContent(body, System.Text.Encoding.UTF8, "application/json");
}
