using System.Reflection;

namespace FunctionJobs.Emulator.Tests;

/// <summary>Writes the signatures of a public type, one a line: the type, then each member that can be seen from outside.</summary>
internal static class Surface
{
    private static readonly NullabilityInfoContext Nullability = new();

    private const BindingFlags Own = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static IEnumerable<string> Describe(Type type)
    {
        yield return Head(type);
        if (type.IsEnum)
        {
            foreach (var name in Enum.GetNames(type))
            {
                yield return $" {type.FullName}: {name} = {Convert.ToInt32(Enum.Parse(type, name), null)}";
            }

            yield break;
        }

        if (typeof(Delegate).IsAssignableFrom(type))
        {
            yield break;
        }

        foreach (var constructor in type.GetConstructors(Own).Where(IsVisible))
        {
            yield return $" {type.FullName}: new({Parameters(constructor)})";
        }

        foreach (var property in type.GetProperties(Own).Where(property => property.GetAccessors(true).Any(IsVisible)))
        {
            yield return $" {type.FullName}: {Kind(property.GetMethod!)}{Name(property.PropertyType, Nullability.Create(property))} {property.Name} {{{Accessors(property)} }}";
        }

        foreach (var method in type.GetMethods(Own).Where(method => IsVisible(method) && !method.IsSpecialName))
        {
            yield return $" {type.FullName}: {Method(method)}";
        }
    }

    private static string Head(Type type)
    {
        if (typeof(Delegate).IsAssignableFrom(type))
        {
            return $"delegate {Returned(type.GetMethod("Invoke")!)} {type.FullName}({Parameters(type.GetMethod("Invoke")!)})";
        }

        var kind = type.IsEnum ? "enum" : type.IsInterface ? "interface" : type switch
        {
            { IsAbstract: true, IsSealed: true } => "static class",
            { IsAbstract: true } => "abstract class",
            { IsSealed: true } => "sealed class",
            _ => "class",
        };
        var targets = type.GetCustomAttribute<AttributeUsageAttribute>(inherit: false) is { } usage ? $", on {usage.ValidOn}" : "";
        IEnumerable<string> bases = type.IsEnum ? [] : new[] { type.BaseType }.Where(parent => parent is not null && parent != typeof(object))
            .Concat(type.GetInterfaces().Except(type.BaseType?.GetInterfaces() ?? [])).Select(parent => Name(parent!)).Order(StringComparer.Ordinal);
        var list = string.Join(", ", bases);
        return $"{kind} {type.FullName}{(list.Length > 0 ? $" : {list}" : "")}{targets}";
    }

    private static string Method(MethodInfo method)
    {
        var generic = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(argument => argument.Name))}>" : "";
        return $"{Kind(method)}{Returned(method)} {method.Name}{generic}({Parameters(method)}){string.Concat(method.GetGenericArguments().Select(Constraints))}";
    }

    private static string Constraints(Type argument)
    {
        var isClass = argument.GenericParameterAttributes.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint);
        string[] kind = isClass ? ["class"] : Nullable(argument) == 1 ? ["notnull"] : [];
        string[] all = [.. kind, .. argument.GetGenericParameterConstraints().Select(type => type.Name)];
        return all.Length == 0 ? "" : $" where {argument.Name} : {string.Join(", ", all)}";
    }

    /// <summary>What the compiler notes at a type parameter, or once for all around it: 1 where null is not allowed.</summary>
    private static byte Nullable(Type argument)
    {
        var notes = argument.CustomAttributes
            .Concat(argument.DeclaringMethod!.CustomAttributes)
            .Concat(argument.DeclaringMethod.DeclaringType!.CustomAttributes);
        return notes.Where(note => note.AttributeType.Name is "NullableAttribute" or "NullableContextAttribute")
            .Select(note => note.ConstructorArguments[0].Value as byte?).FirstOrDefault() ?? 0;
    }

    private static string Returned(MethodInfo method) => Name(method.ReturnType, Nullability.Create(method.ReturnParameter));

    private static string Kind(MethodInfo method) =>
        method.DeclaringType!.IsInterface ? "" : method.IsStatic ? "static " : method.IsAbstract ? "abstract " : method.IsVirtual && !method.IsFinal ? "virtual " : "";

    private static string Accessors(PropertyInfo property) => string.Concat(property.GetAccessors(true).Where(IsVisible)
        .Select(accessor => accessor.ReturnType == typeof(void) ? " set;" : " get;").Order(StringComparer.Ordinal));

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(parameter =>
        $"{Name(parameter.ParameterType, Nullability.Create(parameter))} {parameter.Name}{(parameter.HasDefaultValue ? $" = {parameter.DefaultValue ?? "null"}" : "")}"));

    private static string Name(Type type) => Name(type, null);

    private static string Name(Type type, NullabilityInfo? nullability)
    {
        var mark = nullability is { ReadState: NullabilityState.Nullable } ? "?" : "";
        if (type.IsArray)
        {
            return $"{Name(type.GetElementType()!, nullability?.ElementType)}[]{mark}";
        }

        if (!type.IsGenericType)
        {
            return type.Name + mark;
        }

        var arguments = type.GetGenericArguments().Select((argument, i) => Name(argument, nullability?.GenericTypeArguments[i]));
        return $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(", ", arguments)}>{mark}";
    }

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;
}
