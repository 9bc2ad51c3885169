import { create } from "@bufbuild/protobuf";
import type { LeaderLease, PairRegister, Pause, ResourceRecord, Task } from "@ocelli/model";
import {
  AgentStatusSchema,
  ModuleRecordSchema,
  PluginRecordSchema,
  ServicePresenceSchema,
} from "@ocelli/proto/registry";
import { EnrichmentRecordSchema, ResourceRecordSchema } from "@ocelli/proto/resource";
import { PauseSchema } from "@ocelli/proto/scheduler";
import { EventSchema, LeaderLeaseSchema, ResultSchema, SinkPositionSchema } from "@ocelli/proto/task";
import { type Codec, codec } from "./binary.js";
import { unpackResourceRecord } from "./packed-resource.js";
import * as plugin from "./plugin.js";
import { decodeRegister, encodeRegister } from "./register-wire.js";
import * as resource from "./resource.js";
import * as result from "./result.js";
import { accountFromProto, accountToProto } from "./slot-account.js";
import { decodeTask, encodeResource, encodeTask } from "./task-wire.js";

/** Everything that travels on NATS, as bytes. */
export const taskCodec: Codec<Task> = {
  encode: (value) => encodeTask(value, value.resource && encodeResource(value.resource)),
  decode: (bytes) => decodeTask(bytes),
};
export const registerCodec: Codec<PairRegister> = { encode: encodeRegister, decode: decodeRegister };
export const resultCodec = codec(ResultSchema, result.resultToProto, result.resultFromProto);
export const eventCodec = codec(EventSchema, result.eventToProto, result.eventFromProto);
export const resourceCodec = codec(
  ResourceRecordSchema,
  resource.resourceRecordToProto,
  resource.resourceRecordFromProto,
);
/** The same bytes with the resource left packed. */
export const packedResourceCodec: Codec<ResourceRecord> = {
  encode: resourceCodec.encode,
  decode: unpackResourceRecord,
};
export const enrichmentCodec = codec(
  EnrichmentRecordSchema,
  resource.enrichmentRecordToProto,
  resource.enrichmentRecordFromProto,
);
export const pluginCodec = codec(PluginRecordSchema, plugin.pluginRecordToProto, plugin.pluginRecordFromProto);
export const agentCodec = codec(AgentStatusSchema, plugin.agentStatusToProto, plugin.agentStatusFromProto);
export const presenceCodec = codec(
  ServicePresenceSchema,
  plugin.servicePresenceToProto,
  plugin.servicePresenceFromProto,
);
export const moduleCodec = codec(ModuleRecordSchema, plugin.moduleRecordToProto, plugin.moduleRecordFromProto);

export const leaseCodec = codec(
  LeaderLeaseSchema,
  ({ holder, leaseMs, account }: LeaderLease) =>
    create(LeaderLeaseSchema, { holder, leaseMs, ...(account ? { account: accountToProto(account) } : {}) }),
  ({ holder, leaseMs, account }): LeaderLease => ({ holder, leaseMs, account: account && accountFromProto(account) }),
);
export const pauseCodec = codec(
  PauseSchema,
  (pause: Pause) => create(PauseSchema, { ...pause, sinceAtMs: BigInt(pause.sinceAtMs) }),
  ({ plugin: name, sinceAtMs, reason }): Pause => ({ plugin: name, sinceAtMs: Number(sinceAtMs), reason }),
);

/** A place in the result stream. */
export const positionCodec = codec(
  SinkPositionSchema,
  (position: number) => create(SinkPositionSchema, { position: BigInt(position) }),
  ({ position }) => Number(position),
);
