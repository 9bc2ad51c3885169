import type { PairRegister, PollStatus } from "@ocelli/model";
import { tagOf, WireReader, wire } from "./bytes/reader.js";
import { WireWriter } from "./bytes/writer.js";
import { statusFromProto, statusToProto } from "./words.js";

/** The fields of ocelli.task.v1.PairRegister. */
const tag = {
  plugin: tagOf(1, wire.span),
  resourceId: tagOf(2, wire.span),
  running: tagOf(3, wire.varint),
  agentId: tagOf(4, wire.span),
  attempt: tagOf(5, wire.span),
  fence: tagOf(6, wire.varint),
  leaseMs: tagOf(7, wire.varint),
  slotAtMs: tagOf(8, wire.varint),
  startedAtMs: tagOf(9, wire.varint),
  finishedAtMs: tagOf(10, wire.varint),
  status: tagOf(11, wire.varint),
  state: tagOf(12, wire.span),
} as const;

const nothing = new Uint8Array();
const writer = new WireWriter();
const reader = new WireReader();
let lastPlugin = "";
let lastAgent = "";

export function encodeRegister(register: PairRegister): Uint8Array {
  writer.drop();
  writer.text(tag.plugin, register.plugin);
  writer.text(tag.resourceId, register.resourceId);
  writer.bool(tag.running, register.running);
  writer.text(tag.agentId, register.agentId);
  writer.text(tag.attempt, register.attempt);
  writer.int64(tag.fence, register.fence);
  writer.uint32(tag.leaseMs, register.leaseMs);
  writer.int64(tag.slotAtMs, register.slotAtMs);
  writer.int64(tag.startedAtMs, register.startedAtMs);
  writer.int64(tag.finishedAtMs, register.finishedAtMs);
  writer.uint32(tag.status, statusToProto(register.status));
  writer.bytes(tag.state, register.state);
  return writer.finish();
}

/** Throws RangeError on bytes that are no register. */
export function decodeRegister(bytes: Uint8Array): PairRegister {
  let plugin = "";
  let resourceId = "";
  let running = false;
  let agentId = "";
  let attempt = "";
  let fence = 0;
  let leaseMs = 0;
  let slotAtMs = 0;
  let startedAtMs = 0;
  let finishedAtMs = 0;
  let status: PollStatus = "success";
  let state: Uint8Array = nothing;
  reader.open(bytes);
  for (let field = reader.tag(); field !== 0; field = reader.tag()) {
    if (field === tag.plugin) plugin = lastPlugin = reader.text(lastPlugin);
    else if (field === tag.resourceId) resourceId = reader.text();
    else if (field === tag.running) running = reader.bool();
    else if (field === tag.agentId) agentId = lastAgent = reader.text(lastAgent);
    else if (field === tag.attempt) attempt = reader.text();
    else if (field === tag.fence) fence = reader.uint64();
    else if (field === tag.leaseMs) leaseMs = reader.uint32();
    else if (field === tag.slotAtMs) slotAtMs = reader.int64();
    else if (field === tag.startedAtMs) startedAtMs = reader.int64();
    else if (field === tag.finishedAtMs) finishedAtMs = reader.int64();
    else if (field === tag.status) status = statusFromProto(reader.uint32() | 0);
    else if (field === tag.state) state = reader.bytes();
    else if (field >>> 3 <= 12) throw new RangeError(`field ${field >>> 3} of a register is of another type`);
    else reader.skip(field);
  }
  return {
    plugin,
    resourceId,
    running,
    agentId,
    attempt,
    fence,
    leaseMs,
    slotAtMs,
    startedAtMs,
    finishedAtMs,
    status,
    state,
  };
}
