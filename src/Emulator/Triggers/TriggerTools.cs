using FunctionJobs.Emulator.Invocation;

namespace FunctionJobs.Emulator.Triggers;

/// <summary>What all loops share.</summary>
internal sealed record TriggerTools(Invoker Invoker, RedisConnections Connections, Faults Faults, WorkerProcess Process, TimeProvider Time);
