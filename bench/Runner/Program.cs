using FunctionJobs.Bench;

try
{
    var root = Environment.GetEnvironmentVariable("BENCH_ROOT") ?? throw new BenchException("Start this with bench/run.");
    var options = Options.Read(args);
    var files = new BenchFiles(root);
    if (options.Report)
    {
        Page.Write(files, BenchResult.Read(files.Result));
        return 0;
    }

    var result = await new BenchRun(files, options).RunAsync();
    ConsoleTable.Print(result);
    if (options.MayReplace(result))
    {
        result.Write(files.Result);
        Page.Write(files, result);
        Console.WriteLine($"\nWritten: {files.Result}, {files.Page}");
    }
    else if (options.IsComplete)
    {
        Console.WriteLine($"\nWritten: {files.Scratch}, and {files.Page} is as it was, since not all was measured (see above). "
            + $"To publish it all the same, copy that file to {files.Result} and call bench/run --report.");
    }
    else
    {
        Console.WriteLine($"\nWritten: {files.Scratch}. Only a complete run (bench/run without names) changes {files.Page}.");
    }

    return 0;
}
catch (BenchException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 2;
}
