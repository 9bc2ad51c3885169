import { toBinary } from "@bufbuild/protobuf";
import { encodeResourceBatch, resourceToProto } from "@ocelli/codec";
import { linkSignals, OcelliError, type Resource } from "@ocelli/model";
import { Discovery } from "@ocelli/proto/plugin";
import { ResourceSchema } from "@ocelli/proto/resource";
import { implement, type ServiceImplementation } from "@ocelli/rpc";
import { CallScope } from "./call-scope.js";
import { factsOf } from "./item-call.js";
import type { ModuleParts } from "./module-parts.js";
import { Outbox } from "./outbox.js";
import type { PollFault } from "./poll-fault.js";
import { runDiscover } from "./run-discover.js";
import { wireFault } from "./wire-fault.js";

type Part =
  | { readonly kind: "resource"; readonly bytes: Uint8Array }
  | { readonly kind: "partial"; readonly scope: string; readonly fault: PollFault }
  | { readonly kind: "progress"; readonly extendMs: number };

/** Faults and progress weigh little, but not nothing. */
const smallBytes = 512;

export function serveDiscovery(parts: ModuleParts): ServiceImplementation {
  return implement(Discovery, {
    async *discover({ run }, ctx) {
      const { gate, instances, clock, module, deadlines } = parts;
      using _admitted = gate.admit();
      if (!run) throw new OcelliError("invalid", "the host sent a discovery without a run");
      const { instance, release } = instances.take(run.plugin, run.revision);
      using signal = linkSignals(ctx.signal, gate.cancelled);
      using scope = new CallScope(signal.signal, deadlines);
      try {
        const outbox = new Outbox<Part>(clock);
        const small = (part: Part): void => void outbox.put(part, smallBytes);
        const deps = {
          clock,
          log: instance.log,
          progress: (extendMs: number) => small({ kind: "progress", extendMs }),
        };
        const sink = {
          resource: (found: Resource) => {
            const bytes = toBinary(ResourceSchema, resourceToProto(found));
            return outbox.put({ kind: "resource", bytes }, bytes.length);
          },
          partial: (site: string, fault: PollFault) => small({ kind: "partial", scope: site, fault }),
        };
        const running = runDiscover(module, factsOf(run, instance, 0), deps, sink, scope).finally(() => outbox.close());
        for await (const batch of outbox.batches()) yield* responsesOf(batch, parts);
        const { outcome, summary } = await running;
        if (outcome.cancelled) throw new OcelliError("unavailable", "the module stopped before everything was done");
        const { state } = outcome;
        const value = { summary: { ...summary, scopes: [...summary.scopes] }, ...(state && { state, setState: true }) };
        yield { part: { case: "summary" as const, value } };
      } finally {
        release();
      }
    },
  });
}

function* responsesOf(batch: readonly Part[], { redactor }: ModuleParts) {
  const resources = batch.flatMap((part) => (part.kind === "resource" ? [part.bytes] : []));
  if (resources.length > 0) yield encodeResourceBatch(resources);
  for (const part of batch) {
    if (part.kind === "progress") yield { part: { case: "progress" as const, value: { extendMs: part.extendMs } } };
    if (part.kind !== "partial") continue;
    const value = { scope: part.scope, fault: wireFault(part.fault, redactor) };
    yield { part: { case: "partialError" as const, value } };
  }
}
