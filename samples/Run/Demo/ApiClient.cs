using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Serialization.Metadata;

namespace FunctionJobs.Samples.Run;

/// <summary>Calls the sample API as any client would.</summary>
internal sealed class ApiClient(HttpClient http)
{
    private static readonly TimeSpan LongestJob = TimeSpan.FromSeconds(60);

    public async Task<Registered> RegisterAsync(string email, string name, CancellationToken cancellationToken)
    {
        using var body = JsonContent.Create(new RegisterRequest(email, name), DemoJson.Default.RegisterRequest);
        return await PostAsync("/auth/register", body, DemoJson.Default.Registered, cancellationToken);
    }

    public async Task<Accepted> PostPhotoAsync(string title, string photo, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(photo);
        using var image = new StreamContent(file);
        image.Headers.ContentType = new MediaTypeHeaderValue("image/jpeg");
        using var text = new StringContent(title);
        using var form = new MultipartFormDataContent { { text, "title" }, { image, "image", Path.GetFileName(photo) } };
        return await PostAsync("/posts", form, DemoJson.Default.Accepted, cancellationToken);
    }

    public async Task<string?> ImageUrlAsync(string post, CancellationToken cancellationToken) =>
        (await GetAsync(post, DemoJson.Default.PostAnswer, cancellationToken)).ImageUrl;

    public Task<JobAnswer> JobAsync(string statusUrl, CancellationToken cancellationToken) =>
        GetAsync(statusUrl, DemoJson.Default.JobAnswer, cancellationToken);

    /// <summary>Waits for a job's end; the API holds the answer back until then.</summary>
    /// <exception cref="RunException">The job has not completed; the message says what has become of it.</exception>
    public async Task<JobAnswer> WaitForJobAsync(string statusUrl, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var job = await JobAsync($"{statusUrl}?wait=20", cancellationToken);
            if (job.State == "completed")
            {
                return job;
            }

            var reason = job.Errors is [.., var last] ? $" The last failure: {last.Reason}" : string.Empty;
            if (job.HasEnded)
            {
                throw new RunException($"Job {job.Id} is {job.State} after attempt {job.Attempt}.{reason}");
            }

            if (clock.Elapsed > LongestJob)
            {
                throw new RunException($"Job {job.Id} is still {job.State} after {LongestJob.TotalSeconds:0} s, in attempt {job.Attempt}.{reason}");
            }
        }
    }

    public Task<byte[]> DownloadAsync(string url, CancellationToken cancellationToken) =>
        http.GetByteArrayAsync(new Uri(url, UriKind.RelativeOrAbsolute), cancellationToken);

    private async Task<T> PostAsync<T>(string url, HttpContent body, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var answer = await http.PostAsync(new Uri(url, UriKind.Relative), body, cancellationToken);
        return await ReadAsync($"POST {url}", answer, type, cancellationToken);
    }

    private async Task<T> GetAsync<T>(string url, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var answer = await http.GetAsync(new Uri(url, UriKind.Relative), cancellationToken);
        return await ReadAsync($"GET {url}", answer, type, cancellationToken);
    }

    private static async Task<T> ReadAsync<T>(string what, HttpResponseMessage answer, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        if (!answer.IsSuccessStatusCode)
        {
            throw new RunException($"{what} was answered with {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(cancellationToken)}");
        }

        return await answer.Content.ReadFromJsonAsync(type, cancellationToken) ?? throw new RunException($"{what} was answered with nothing.");
    }
}
