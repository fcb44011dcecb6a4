using Npgsql;
using Polly.Registry;

namespace FunctionJobs.Functions;

/// <summary>The table <c>sent_emails</c>: which mails have gone out, for as long as the database remembers.</summary>
internal sealed class SentEmails(NpgsqlDataSource database, ResiliencePipelineProvider<string> pipelines)
{
    private const string Find = "select message_id, sent_at from sent_emails where user_id = @user_id and template = @template";

    private const string Insert = """
        insert into sent_emails (message_id, user_id, template, sent_at)
        values (@message_id, @user_id, @template, @sent_at)
        on conflict do nothing
        """;

    public async Task<SentMail?> FindAsync(long userId, string template, CancellationToken cancellationToken) =>
        await pipelines.GetPipeline(Resilience.Database).ExecuteAsync(
            async token =>
            {
                await using var command = database.CreateCommand(Find);
                command.Parameters.AddWithValue("user_id", userId);
                command.Parameters.AddWithValue("template", template);
                await using var reader = await command.ExecuteReaderAsync(token);
                return await reader.ReadAsync(token)
                    ? new SentMail(reader.GetString(0), reader.GetFieldValue<DateTimeOffset>(1))
                    : null;
            },
            cancellationToken);

    /// <summary>Does nothing when the mail is on record already.</summary>
    public async Task RecordAsync(SentMail mail, long userId, string template, CancellationToken cancellationToken) =>
        await pipelines.GetPipeline(Resilience.Database).ExecuteAsync(
            async token =>
            {
                await using var command = database.CreateCommand(Insert);
                command.Parameters.AddWithValue("message_id", mail.MessageId);
                command.Parameters.AddWithValue("user_id", userId);
                command.Parameters.AddWithValue("template", template);
                command.Parameters.AddWithValue("sent_at", mail.SentAt);
                await command.ExecuteNonQueryAsync(token);
            },
            cancellationToken);
}
