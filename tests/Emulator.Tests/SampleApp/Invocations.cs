namespace SampleApp;

/// <summary>The invocations that are being held.</summary>
internal sealed class Invocations
{
    private readonly List<CancellationToken> _tokens = [];

    /// <summary>How many are held.</summary>
    public int Held => _tokens.Count;

    /// <summary>Whether the token of any has fired.</summary>
    public bool AnyCancelled => _tokens.Exists(token => token.IsCancellationRequested);

    public void Track(CancellationToken token)
    {
        _tokens.Add(token);
        Console.WriteLine("holding");
    }
}
