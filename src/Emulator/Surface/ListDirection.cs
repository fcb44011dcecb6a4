namespace Microsoft.Azure.Functions.Worker.Extensions.Redis;

/// <summary>From which end of a list the trigger takes entries.</summary>
public enum ListDirection
{
    /// <summary>From the head, by <c>LPOP</c>.</summary>
    LEFT,

    /// <summary>From the tail, by <c>RPOP</c>.</summary>
    RIGHT,
}
