import { fromBinary, toBinary } from "@bufbuild/protobuf";
import type { Kind, Resource, Task } from "@ocelli/model";
import { ResourceSchema } from "@ocelli/proto/resource";
import { tagOf, textOf, WireReader, wire } from "./bytes/reader.js";
import { WireWriter } from "./bytes/writer.js";
import { PackedResource } from "./packed-resource.js";
import { resourceFromProto, resourceToProto } from "./resource.js";
import { ResourceSpans } from "./resource-wire.js";
import { kindWords } from "./words.js";

/** A task without its resource, which travels encoded beside it. */
export type TaskScalars = Omit<Task, "resource">;

/** The fields of ocelli.task.v1.Task. */
const tag = {
  kind: tagOf(1, wire.varint),
  plugin: tagOf(2, wire.span),
  resource: tagOf(3, wire.span),
  pluginRevision: tagOf(4, wire.span),
  slotAtMs: tagOf(5, wire.varint),
  notBeforeAtMs: tagOf(6, wire.varint),
  expiresAtMs: tagOf(7, wire.varint),
  frequencyMs: tagOf(8, wire.varint),
  revision: tagOf(9, wire.varint),
  state: tagOf(10, wire.span),
  onDemand: tagOf(11, wire.varint),
  traceparent: tagOf(12, wire.span),
} as const;

const nothing = new Uint8Array();
const writer = new WireWriter();
const reader = new WireReader();
// Tasks of one plugin come one after the other: its name and revision need not become new texts each time.
let lastPlugin = "";
let lastRevision = "";

/** A task as it came. Its resource stays as bytes, which can be passed on, until somebody asks for it. */
export class WireTask implements Task {
  kind: Kind = kindWords.from(0);
  plugin = "";
  pluginRevision = "";
  slotAtMs = 0;
  notBeforeAtMs = 0;
  expiresAtMs = 0;
  frequencyMs = 0;
  revision = 0;
  state: Uint8Array = nothing;
  onDemand = false;
  traceparent = "";
  /** The resource, encoded; undefined for discovery. */
  resourceBytes: Uint8Array | undefined = undefined;
  /** The resource's id; empty for discovery. */
  resourceId = "";
  #spans: ResourceSpans | undefined;
  #resource: Resource | undefined;

  /** The resource's endpoint; empty for discovery. */
  get endpoint(): string {
    const { resourceBytes } = this;
    const spans = this.#spans;
    return resourceBytes && spans ? textOf(resourceBytes, spans.endpointFrom, spans.endpointTo) : "";
  }

  /** Decoded when it is first asked for, which is dear. */
  get resource(): Resource | undefined {
    if (!this.resourceBytes) return undefined;
    this.#resource ??= resourceFromProto(fromBinary(ResourceSchema, this.resourceBytes));
    return this.#resource;
  }

  /** The bytes of the resource have been looked through: throws RangeError where they are none. */
  take(resourceBytes: Uint8Array, likelyId: string): void {
    if (this.resourceBytes) throw new RangeError("a task has two resources");
    const spans = new ResourceSpans(resourceBytes);
    this.resourceBytes = resourceBytes;
    this.resourceId = textOf(resourceBytes, spans.idFrom, spans.idTo, likelyId);
    this.#spans = spans;
  }
}

/** Throws RangeError on bytes that are no task. `likelyId`: the resource's id, where it may be known already. */
export function decodeTask(bytes: Uint8Array, likelyId = ""): WireTask {
  const task = new WireTask();
  reader.open(bytes);
  for (let field = reader.tag(); field !== 0; field = reader.tag()) {
    if (field === tag.kind) task.kind = kindWords.from(reader.uint32() | 0);
    else if (field === tag.plugin) task.plugin = lastPlugin = reader.text(lastPlugin);
    else if (field === tag.resource) task.take(reader.bytes(), likelyId);
    else if (field === tag.pluginRevision) task.pluginRevision = lastRevision = reader.text(lastRevision);
    else if (field === tag.slotAtMs) task.slotAtMs = reader.int64();
    else if (field === tag.notBeforeAtMs) task.notBeforeAtMs = reader.int64();
    else if (field === tag.expiresAtMs) task.expiresAtMs = reader.int64();
    else if (field === tag.frequencyMs) task.frequencyMs = reader.uint32();
    else if (field === tag.revision) task.revision = reader.uint64();
    else if (field === tag.state) task.state = reader.bytes();
    else if (field === tag.onDemand) task.onDemand = reader.bool();
    else if (field === tag.traceparent) task.traceparent = reader.text();
    else if (field >>> 3 <= 12) throw new RangeError(`field ${field >>> 3} of a task is of another type`);
    else reader.skip(field);
  }
  return task;
}

/** `resource` as `encodeResource` gives it. */
export function encodeTask(task: TaskScalars, resource: Uint8Array | undefined): Uint8Array {
  writer.drop();
  writer.uint32(tag.kind, kindWords.to(task.kind));
  writer.text(tag.plugin, task.plugin);
  if (resource) writer.message(tag.resource, resource);
  writer.text(tag.pluginRevision, task.pluginRevision);
  writer.int64(tag.slotAtMs, task.slotAtMs);
  writer.int64(tag.notBeforeAtMs, task.notBeforeAtMs);
  writer.int64(tag.expiresAtMs, task.expiresAtMs);
  writer.uint32(tag.frequencyMs, task.frequencyMs);
  writer.int64(tag.revision, task.revision);
  writer.bytes(tag.state, task.state);
  writer.bool(tag.onDemand, task.onDemand);
  writer.text(tag.traceparent, task.traceparent);
  return writer.finish();
}

/** A resource as it travels in tasks, items and results. Dear unless it is packed. */
export function encodeResource(resource: Resource): Uint8Array {
  if (resource instanceof PackedResource) return resource.bytes;
  return toBinary(ResourceSchema, resourceToProto(resource));
}
