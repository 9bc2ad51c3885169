import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { resourceToProto } from "@ocelli/codec";
import { linkSignals, OcelliError } from "@ocelli/model";
import { type DiscoverResponseSchema, Discovery, PartialErrorSchema, ResourceBatchSchema } from "@ocelli/proto/plugin";
import { type Resource, ResourceSchema } from "@ocelli/proto/resource";
import { implement, type ServiceImplementation } from "@ocelli/rpc";
import { factsOf } from "./item-call.js";
import type { ModuleParts } from "./module-parts.js";
import { Outbox } from "./outbox.js";
import type { PollFault } from "./poll-fault.js";
import { runDiscover } from "./run-discover.js";
import { wireFault } from "./wire-fault.js";

type Response = MessageInitShape<typeof DiscoverResponseSchema>;
type Part =
  | { readonly kind: "resource"; readonly resource: Resource }
  | { readonly kind: "partial"; readonly scope: string; readonly fault: PollFault }
  | { readonly kind: "progress"; readonly extendMs: number };

/** Faults and progress weigh little, but not nothing. */
const smallBytes = 512;

export function serveDiscovery(parts: ModuleParts): ServiceImplementation {
  return implement(Discovery, {
    async *discover({ run }, ctx) {
      const { gate, instances, clock, module } = parts;
      using _admitted = gate.admit();
      if (!run) throw new OcelliError("invalid", "the host sent a discovery without a run");
      const { instance, release } = instances.take(run.plugin, run.revision);
      using signal = linkSignals(ctx.signal, gate.cancelled);
      try {
        const outbox = new Outbox<Part>(clock);
        const small = (part: Part): void => void outbox.put(part, smallBytes);
        const deps = {
          clock,
          log: instance.log,
          progress: (extendMs: number) => small({ kind: "progress", extendMs }),
        };
        const sink = {
          resource: (found: Parameters<typeof resourceToProto>[0]) => {
            const resource = resourceToProto(found);
            return outbox.put({ kind: "resource", resource }, toBinary(ResourceSchema, resource).length);
          },
          partial: (scope: string, fault: PollFault) => small({ kind: "partial", scope, fault }),
        };
        const running = runDiscover(module, factsOf(run, instance, 0), deps, sink, signal.signal).finally(() =>
          outbox.close(),
        );
        for await (const batch of outbox.batches()) yield* responsesOf(batch, parts);
        const { outcome, summary } = await running;
        if (outcome.cancelled) throw new OcelliError("unavailable", "the module stopped before everything was done");
        const { state } = outcome;
        const value = { summary: { ...summary, scopes: [...summary.scopes] }, ...(state && { state, setState: true }) };
        yield { part: { case: "summary", value } };
      } finally {
        release();
      }
    },
  });
}

function* responsesOf(batch: readonly Part[], parts: ModuleParts): Generator<Response> {
  const resources = batch.flatMap((part) => (part.kind === "resource" ? [part.resource] : []));
  if (resources.length > 0) yield { part: { case: "batch", value: create(ResourceBatchSchema, { resources }) } };
  for (const part of batch) {
    if (part.kind === "progress") yield { part: { case: "progress", value: { extendMs: part.extendMs } } };
    if (part.kind !== "partial") continue;
    const fault = wireFault(part.fault, parts.redactor);
    yield { part: { case: "partialError", value: create(PartialErrorSchema, { scope: part.scope, fault }) } };
  }
}
