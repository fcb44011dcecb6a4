namespace FunctionJobs.Schema;

/// <summary>The database is not what the app needs, and waiting does not mend it. The message says what to do, and holds no secret.</summary>
internal sealed class SchemaException(string message, Exception? innerException = null) : Exception(message, innerException);
