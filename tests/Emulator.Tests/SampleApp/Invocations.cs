namespace SampleApp;

/// <summary>The invocations that are being held.</summary>
internal sealed class Invocations
{
    private readonly List<CancellationToken> tokens = [];

    /// <summary>How many are held.</summary>
    public int Held => tokens.Count;

    /// <summary>Whether the token of any has fired.</summary>
    public bool AnyCancelled => tokens.Exists(token => token.IsCancellationRequested);

    public void Track(CancellationToken token)
    {
        tokens.Add(token);
        Console.WriteLine("holding");
    }
}
