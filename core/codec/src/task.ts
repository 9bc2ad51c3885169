import { create } from "@bufbuild/protobuf";
import type { PairRegister, Task } from "@ocelli/model";
import {
  PairRegisterSchema,
  type PairRegister as ProtoPairRegister,
  type Task as ProtoTask,
  TaskSchema,
} from "@ocelli/proto/task";
import { resourceFromProto, resourceToProto } from "./resource.js";
import { kindWords, statusFromProto, statusToProto } from "./words.js";

export function taskToProto(task: Task): ProtoTask {
  const { resource, ...rest } = task;
  return create(TaskSchema, {
    ...rest,
    ...(resource ? { resource: resourceToProto(resource) } : {}),
    kind: kindWords.to(task.kind),
    slotAtMs: BigInt(task.slotAtMs),
    notBeforeAtMs: BigInt(task.notBeforeAtMs),
    expiresAtMs: BigInt(task.expiresAtMs),
    revision: BigInt(task.revision),
  });
}

export function taskFromProto(proto: ProtoTask): Task {
  return {
    kind: kindWords.from(proto.kind),
    plugin: proto.plugin,
    resource: proto.resource ? resourceFromProto(proto.resource) : undefined,
    pluginRevision: proto.pluginRevision,
    slotAtMs: Number(proto.slotAtMs),
    notBeforeAtMs: Number(proto.notBeforeAtMs),
    expiresAtMs: Number(proto.expiresAtMs),
    frequencyMs: proto.frequencyMs,
    revision: Number(proto.revision),
    state: proto.state,
    onDemand: proto.onDemand,
    traceparent: proto.traceparent,
  };
}

export function registerToProto(register: PairRegister): ProtoPairRegister {
  return create(PairRegisterSchema, {
    ...register,
    fence: BigInt(register.fence),
    slotAtMs: BigInt(register.slotAtMs),
    startedAtMs: BigInt(register.startedAtMs),
    finishedAtMs: BigInt(register.finishedAtMs),
    status: statusToProto(register.status),
  });
}

export function registerFromProto(proto: ProtoPairRegister): PairRegister {
  const { plugin, resourceId, running, agentId, attempt, leaseMs, state } = proto;
  return {
    plugin,
    resourceId,
    running,
    agentId,
    attempt,
    leaseMs,
    state,
    fence: Number(proto.fence),
    slotAtMs: Number(proto.slotAtMs),
    startedAtMs: Number(proto.startedAtMs),
    finishedAtMs: Number(proto.finishedAtMs),
    status: statusFromProto(proto.status),
  };
}
