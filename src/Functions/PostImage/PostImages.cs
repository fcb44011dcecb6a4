using Npgsql;
using Polly.Registry;

namespace FunctionJobs.Functions;

/// <summary>What the job does to the table <c>posts</c>.</summary>
internal sealed class PostImages(NpgsqlDataSource database, ResiliencePipelineProvider<string> pipelines)
{
    public async Task<bool> PostExistsAsync(long postId, CancellationToken cancellationToken) =>
        await pipelines.GetPipeline(Resilience.Database).ExecuteAsync(
            async token =>
            {
                await using var command = database.CreateCommand("select 1 from posts where id = @id");
                command.Parameters.AddWithValue("id", postId);
                return await command.ExecuteScalarAsync(token) is not null;
            },
            cancellationToken);

    /// <returns>Whether there is such a post.</returns>
    public async Task<bool> SetUrlAsync(long postId, string url, CancellationToken cancellationToken) =>
        await pipelines.GetPipeline(Resilience.Database).ExecuteAsync(
            async token =>
            {
                await using var command = database.CreateCommand("update posts set image_url = @url where id = @id");
                command.Parameters.AddWithValue("id", postId);
                command.Parameters.AddWithValue("url", url);
                return await command.ExecuteNonQueryAsync(token) == 1;
            },
            cancellationToken);
}
