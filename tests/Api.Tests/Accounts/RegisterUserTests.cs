using System.Text.Json;

namespace FunctionJobs.Tests;

public sealed class RegisterUserTests(RunningApi api)
{
    [Fact]
    public async Task A_new_user_is_stored_and_the_mail_is_due_two_seconds_later()
    {
        using var answer = await api.RegisterAsync("ada@example.com", "  Ada Lovelace ");

        var user = await answer.ReadAsync(HttpStatusCode.Created);
        var id = user.GetProperty("id").GetInt64();
        Assert.Equal($"welcome:{id}", user.Text("jobId"));
        Assert.Equal("welcome-email", user.Text("queue"));
        Assert.Equal("Ada Lovelace", await api.QueryAsync<string>("select name from users where id = $1 and email = 'ada@example.com'", id));

        var job = await api.GetJsonAsync(user.Text("statusUrl"));
        Assert.Equal("scheduled", job.Text("state"));
        Assert.Equal("send_welcome_email", job.Text("name"));
        Assert.Equal(TimeSpan.FromSeconds(2), job.GetProperty("scheduledAt").GetDateTimeOffset() - job.GetProperty("enqueuedAt").GetDateTimeOffset());

        var info = await api.Jobs.GetJob("welcome-email", $"welcome:{id}").GetInfoAsync(TestContext.Current.CancellationToken);
        Assert.Equal(
            JsonSerializer.Serialize(new { userId = id, email = "ada@example.com", name = "Ada Lovelace" }),
            info!.ArgsJson);
    }

    [Theory]
    [InlineData("grace@example.com")]
    [InlineData("Grace@Example.COM")]
    public async Task An_address_has_one_account_however_it_is_capitalized(string again)
    {
        using (await api.RegisterAsync("grace@example.com", "Grace"))
        {
        }

        using var answer = await api.RegisterAsync(again, "Somebody else");

        await answer.ReadProblemAsync(HttpStatusCode.Conflict);
        Assert.Equal(1, await api.QueryAsync<long>("select count(*) from users where lower(email) = 'grace@example.com'"));
    }

    [Fact]
    public async Task Twenty_callers_with_one_address_make_one_user_and_one_mail()
    {
        var before = await MailJobsAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => api.RegisterAsync("rush@example.com", "Rush")));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.Created);
        Assert.Equal(19, answers.Count(answer => answer.StatusCode == HttpStatusCode.Conflict));
        Assert.Equal(1, await api.QueryAsync<long>("select count(*) from users where email = 'rush@example.com'"));
        var id = await api.QueryAsync<long>("select id from users where email = 'rush@example.com'");
        Assert.Equal([$"welcome:{id}"], await ToAsync("rush@example.com", (await MailJobsAsync()).Except(before)));
        Assert.All(answers, answer => answer.Dispose());
    }

    [Theory]
    [InlineData(null, "Ada", "email")]
    [InlineData("", "Ada", "email")]
    [InlineData("ada", "Ada", "email")]
    [InlineData("ada@", "Ada", "email")]
    [InlineData("@example.com", "Ada", "email")]
    [InlineData("ada@example..com", "Ada", "email")]
    [InlineData("a..da@example.com", "Ada", "email")]
    [InlineData("ada@example.com\r\nBcc: all@example.com", "Ada", "email")]
    [InlineData("ada@example.com\n", "Ada", "email")]
    [InlineData("ada@example.com, bob@example.com", "Ada", "email")]
    [InlineData("<ada@example.com>", "Ada", "email")]
    [InlineData("\u212Aate@example.com", "Kate", "email")]
    [InlineData("kate@\u212Aite.example", "Kate", "email")]
    [InlineData("ada@example.com", null, "name")]
    [InlineData("ada@example.com", "   ", "name")]
    [InlineData("ada@example.com", "Ada\r\nBcc: all@example.com", "name")]
    [InlineData("ada@example.com", "A\0da", "name")]
    [InlineData("ada@example.com", "A\u2028da", "name")]
    [InlineData("", "", "email,name")]
    public async Task What_is_wrong_is_said_by_field(string? email, string? name, string fields)
    {
        using var answer = await api.RegisterAsync(email, name);

        Assert.Equal(fields, string.Join(',', (await answer.ReadProblemAsync(HttpStatusCode.BadRequest)).Fields()));
    }

    [Fact]
    public async Task Lengths_are_limited()
    {
        using var longEmail = await api.RegisterAsync($"{new string('a', 243)}@example.com", "Ada");
        using var longName = await api.RegisterAsync("length@example.com", new string('n', 101));

        Assert.Equal(["email"], (await longEmail.ReadProblemAsync(HttpStatusCode.BadRequest)).Fields());
        Assert.Equal(["name"], (await longName.ReadProblemAsync(HttpStatusCode.BadRequest)).Fields());

        using var longest = await api.RegisterAsync($"{new string('b', 242)}@example.com", new string('n', 100));
        await longest.ReadAsync(HttpStatusCode.Created);
    }

    [Theory]
    [InlineData("{\"email\": 5, \"name\": \"Ada\"}", "email")]
    [InlineData("{\"email\": \"\\ud800@example.com\", \"name\": \"Ada\"}", "email")]
    [InlineData("{\"email\"", "body")]
    [InlineData("[]", "body")]
    public async Task A_body_that_does_not_read_is_a_bad_request(string body, string field)
    {
        using var content = Answers.Json(body);
        using var answer = await api.Http.PostAsync(RunningApi.Url("/auth/register"), content, TestContext.Current.CancellationToken);

        Assert.Equal([field], (await answer.ReadProblemAsync(HttpStatusCode.BadRequest)).Fields());
    }

    [Fact]
    public async Task A_body_of_another_type_or_size_is_refused()
    {
        using var text = new StringContent("email=ada@example.com");
        using var wrongType = await api.Http.PostAsync(RunningApi.Url("/auth/register"), text, TestContext.Current.CancellationToken);
        using var tooLarge = await api.RegisterAsync("ada@example.com", new string('n', 20_000));
        using var nothing = await api.Http.PostAsync(RunningApi.Url("/auth/register"), null, TestContext.Current.CancellationToken);

        await wrongType.ReadProblemAsync(HttpStatusCode.UnsupportedMediaType);
        await tooLarge.ReadProblemAsync(HttpStatusCode.RequestEntityTooLarge);
        Assert.Equal(["email", "name"], (await nothing.ReadProblemAsync(HttpStatusCode.BadRequest)).Fields());
    }

    [Fact]
    public async Task Neither_addresses_nor_names_are_in_the_log()
    {
        using (await api.RegisterAsync("secret@example.com", "Mrs Secret"))
        using (await api.RegisterAsync("secret@example.com", "Mrs Secret"))
        using (await api.RegisterAsync("secret@example..com", "Mrs Secret"))
        {
        }

        Assert.DoesNotContain(api.Lines, line => line.Contains("secret", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Those of the jobs that send a mail to an address. Other tests register others meanwhile.</summary>
    private async Task<List<string>> ToAsync(string email, IEnumerable<string> jobs)
    {
        var found = new List<string>();
        foreach (var id in jobs)
        {
            var info = await api.Jobs.GetJob("welcome-email", id).GetInfoAsync(TestContext.Current.CancellationToken);
            if (info!.ArgsJson!.Contains($"\"{email}\"", StringComparison.Ordinal))
            {
                found.Add(id);
            }
        }

        return found;
    }

    private async Task<string[]> MailJobsAsync()
    {
        await using var redis = await StackExchange.Redis.ConnectionMultiplexer.ConnectAsync(api.Redis.ConnectionString);
        var scheduled = await redis.GetDatabase().SortedSetRangeByRankAsync("jobs:{welcome-email}:scheduled");
        return [.. scheduled.Select(id => (string)id!)];
    }
}
