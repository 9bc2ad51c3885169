import type { MessageInitShape } from "@bufbuild/protobuf";
import type { ModuleLimits, Resource, Run, WorkItem } from "@ocelli/model";
import type { RunSchema } from "@ocelli/proto/plugin";

/** A run as it travels, less the time that went by since it was handed over. */
export function wireRun(run: Run, waitedMs: number): MessageInitShape<typeof RunSchema> {
  const { plugin, revision, fence, leaseMs, deadlineMs, slotAtMs, frequencyMs, state, traceparent } = run;
  return {
    plugin,
    revision,
    frequencyMs,
    state,
    traceparent,
    fence: BigInt(fence),
    leaseMs: Math.max(0, Math.round(leaseMs - waitedMs)),
    deadlineMs: Math.max(1, Math.round(deadlineMs - waitedMs)),
    slotAtMs: BigInt(slotAtMs),
  };
}

/** A call aims for at most this many bytes. */
const callBytes = 256 * 1024;

/** Cuts items into calls: at most as many as the module takes, and about 256 KiB each, in the order they came. */
export function splitItems<Item extends WorkItem>(items: readonly Item[], limits: ModuleLimits): Item[][] {
  const calls: Item[][] = [];
  const mostBytes = Math.min(callBytes, limits.messageBytes / 2);
  let bytes = Number.POSITIVE_INFINITY;
  for (const item of items) {
    const size = roughBytes(item);
    const call = calls.at(-1);
    if (call && call.length < limits.itemsPerCall && bytes + size <= mostBytes) {
      call.push(item);
      bytes += size;
    } else {
      calls.push([item]);
      bytes = size;
    }
  }
  return calls;
}

function roughBytes(item: WorkItem): number {
  const { run, resourceBytes, enrichments } = item;
  let bytes = 512 + run.state.length + (resourceBytes?.length ?? roughResourceBytes(item.resource));
  for (const set of enrichments) bytes += 64 + set.dataJson.length;
  return bytes;
}

function roughResourceBytes({ id, metadata }: Resource): number {
  let bytes = 3 * id.length;
  for (const [key, value] of Object.entries(metadata)) bytes += 8 + 3 * (key.length + value.length);
  return bytes;
}
