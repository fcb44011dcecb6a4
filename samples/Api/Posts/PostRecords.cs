using FunctionJobs.Functions;
using Npgsql;

namespace FunctionJobs.Samples.Api;

/// <summary>A post as everybody sees it: without the uploaded photo, which says where and when it was taken.</summary>
/// <param name="Id">From 1.</param>
/// <param name="UserId">Who wrote it, if that is known.</param>
/// <param name="Title">One line.</param>
/// <param name="ImageUrl">What browsers are given; null until the job has resized the photo.</param>
/// <param name="CreatedAt">By PostgreSQL's clock.</param>
internal sealed record Post(long Id, long? UserId, string Title, string? ImageUrl, DateTimeOffset CreatedAt);

/// <summary>The table <c>posts</c>, and the job that each new row brings.</summary>
internal sealed class PostRecords(NpgsqlDataSource database, IJobEnqueuer jobs)
{
    /// <summary>
    /// Adds a post, then enqueues its job. In this order, other than with a new user's mail, because the job may start within a
    /// millisecond and needs the row. When Redis is away the row is deleted again: the caller still has the photo and repeats. Should
    /// an enqueue that was given up go through later, its job finds no post and ends with that reason.
    /// </summary>
    /// <exception cref="JobQueueUnavailableException">Redis is away; there is no post.</exception>
    /// <exception cref="InvalidUploadException">There is no such user.</exception>
    public async Task<(long Id, JobHandle Resize)> AddAsync(NewPost post, CancellationToken cancellationToken)
    {
        var id = await InsertAsync(post, cancellationToken);
        try
        {
            // From here on a caller who hangs up changes nothing.
            var resize = await jobs.EnqueueAsync(
                new ResizePostImage(post.ImagePath, id), new() { JobId = $"resize:{id}" }, CancellationToken.None);
            return (id, resize);
        }
        catch (JobQueueUnavailableException)
        {
            await DeleteAsync(id);
            throw;
        }
    }

    /// <returns>The post, or null when there is none.</returns>
    public async Task<Post?> FindAsync(long id, CancellationToken cancellationToken)
    {
        await using var select = database.CreateCommand(
            "select id, user_id, title, image_url, created_at from posts where id = @id");
        select.Parameters.AddWithValue("id", id);
        await using var row = await select.ExecuteReaderAsync(cancellationToken);
        if (!await row.ReadAsync(cancellationToken))
        {
            return null;
        }

        return new Post(
            row.GetInt64(0),
            await row.IsDBNullAsync(1, cancellationToken) ? null : row.GetInt64(1),
            row.GetString(2),
            await row.IsDBNullAsync(3, cancellationToken) ? null : row.GetString(3),
            row.GetFieldValue<DateTimeOffset>(4));
    }

    private async Task<long> InsertAsync(NewPost post, CancellationToken cancellationToken)
    {
        await using var insert = database.CreateCommand(
            "insert into posts (user_id, title, image_path) values (@user_id, @title, @image_path) returning id");
        insert.Parameters.AddWithValue("user_id", post.UserId.HasValue ? post.UserId.Value : DBNull.Value);
        insert.Parameters.AddWithValue("title", post.Title);
        insert.Parameters.AddWithValue("image_path", post.ImagePath);
        try
        {
            return (long)(await insert.ExecuteScalarAsync(cancellationToken))!;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            throw new InvalidUploadException("userId", "There is no such user.", e);
        }
    }

    private async Task DeleteAsync(long id)
    {
        await using var delete = database.CreateCommand("delete from posts where id = @id");
        delete.Parameters.AddWithValue("id", id);
        await delete.ExecuteNonQueryAsync(CancellationToken.None);
    }
}
