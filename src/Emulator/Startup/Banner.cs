using FunctionJobs.Emulator.Discovery;

namespace FunctionJobs.Emulator.Startup;

/// <summary>Prints what a person wants to see first: which functions there are and what starts them.</summary>
internal static class Banner
{
    /// <summary>Prints the list of functions.</summary>
    public static void Print(FunctionCatalog catalog, TextWriter output)
    {
        output.WriteLine();
        output.WriteLine("Functions:");
        output.WriteLine();
        foreach (var function in catalog.Functions)
        {
            output.WriteLine($"\t{function.Definition.Name}: {function.Trigger.Describe()}{(function.IsDisabled ? " (disabled)" : "")}");
        }

        if (catalog.Functions.Count == 0)
        {
            output.WriteLine("\tnone found: a function is a public method with [Function(\"Name\")] and one trigger");
        }

        output.WriteLine();
        output.WriteLine("Worker process started and initialized.");
        output.Flush();
    }
}
