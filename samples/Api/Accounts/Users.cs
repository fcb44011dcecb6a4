using FunctionJobs.Functions;
using Npgsql;

namespace FunctionJobs.Samples.Api;

/// <summary>The table <c>users</c>, and the mail that each new row brings.</summary>
internal sealed class Users(NpgsqlDataSource database, IJobEnqueuer jobs)
{
    /// <summary>The mail waits until the account is there to see: the transaction commits long before.</summary>
    private static readonly TimeSpan MailDelay = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Adds a user together with the welcome mail. The job is enqueued inside the transaction, after the row and before the commit:
    /// when Redis is away, the row is taken back, the caller gets an error, and may simply repeat. Were the row committed first, a
    /// crash between the two would lose the mail, and the repeat would find the address taken. What remains is the crash (or an answer
    /// of Redis that comes too late) between the two: then somebody who is not registered gets a mail, which is the smaller harm.
    /// </summary>
    /// <returns>The id and the mail's job; null when the address has an account already.</returns>
    /// <exception cref="JobQueueUnavailableException">Redis is away; no user was added.</exception>
    public async Task<(long Id, JobHandle Mail)?> AddAsync(string email, string name, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await InsertAsync(connection, email, name, cancellationToken) is not { } id)
        {
            return null;
        }

        // From here on a caller who hangs up changes nothing.
        var mail = await jobs.EnqueueAsync(
            new SendWelcomeEmail(id, email, name),
            new() { JobId = $"welcome:{id}", Delay = MailDelay },
            CancellationToken.None);
        await transaction.CommitAsync(CancellationToken.None);
        return (id, mail);
    }

    private static async Task<long?> InsertAsync(NpgsqlConnection connection, string email, string name, CancellationToken cancellationToken)
    {
        // An insert of the same address that is under way elsewhere is waited for: it may be taken back.
        await using var insert = new NpgsqlCommand(
            "insert into users (email, name) values (@email, @name) on conflict do nothing returning id", connection);
        insert.Parameters.AddWithValue("email", email);
        insert.Parameters.AddWithValue("name", name);
        return (long?)await insert.ExecuteScalarAsync(cancellationToken);
    }
}
