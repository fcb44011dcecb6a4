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
    /// <summary>The job waits until its post is there to see: the transaction commits long before, or the job looks once more.</summary>
    private static readonly TimeSpan ResizeDelay = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Adds a post together with its job, as <see cref="Users"/> does with a new user's mail: enqueued inside the transaction, after the row
    /// and before the commit. When Redis is away the row is taken back; the caller still has the photo and repeats. Were the row committed
    /// first, a crash between the two would leave a post that never gets its picture. What remains is a job without a post, of a crash
    /// between the two or an enqueue that was given up and goes through later: it looks twice, finds none, and ends with that reason.
    /// </summary>
    /// <param name="post">The post.</param>
    /// <param name="keepPhoto">
    /// Called before the commit: should no answer come to it, the post may be there all the same, and its job needs the photo.
    /// </param>
    /// <param name="cancellationToken">Gives up, until the job is enqueued.</param>
    /// <exception cref="JobQueueUnavailableException">Redis is away; there is no post.</exception>
    /// <exception cref="InvalidUploadException">There is no such user.</exception>
    public async Task<(long Id, JobHandle Resize)> AddAsync(NewPost post, Action keepPhoto, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var id = await InsertAsync(connection, post, cancellationToken);

        // From here on a caller who hangs up changes nothing.
        var job = new ResizePostImage(post.ImagePath, id);
        var resize = await jobs.EnqueueAsync(job, new() { JobId = $"resize:{id}", Delay = ResizeDelay }, CancellationToken.None);
        if (resize.IsDuplicate)
        {
            // That job is of a post that the database has lost: it was restored, or made anew beside a Redis that was not.
            resize = await jobs.EnqueueAsync(job, new() { Delay = ResizeDelay }, CancellationToken.None);
        }

        keepPhoto();
        await transaction.CommitAsync(CancellationToken.None);
        return (id, resize);
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

    private static async Task<long> InsertAsync(NpgsqlConnection connection, NewPost post, CancellationToken cancellationToken)
    {
        await using var insert = new NpgsqlCommand(
            "insert into posts (user_id, title, image_path) values (@user_id, @title, @image_path) returning id", connection);
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
}
