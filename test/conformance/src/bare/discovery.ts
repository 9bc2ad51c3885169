import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import type { DiscoverRequest } from "@ocelli/proto/plugin";
import { ResourceSchema } from "@ocelli/proto/resource";
import type { Call } from "./grpc.js";
import type { Parts } from "./parts.js";
import { begin, underDeadline, WrongValue } from "./run.js";

type Resource = MessageInitShape<typeof ResourceSchema>;

const batchBytes = 256 * 1024;

export function discover(module: Parts) {
  return async ({ run }: DiscoverRequest, call: Call): Promise<undefined> => {
    const { breaks, gate, instances } = module;
    const leave = gate.enter(call.signal);
    try {
      if (!run) throw new WrongValue("the host sent a discovery without a run");
      const instance = instances.get(run.plugin, run.revision);
      const outbox = new Batches(call);
      const outer = AbortSignal.any([call.signal, gate.cancelled.signal]);
      const fault = await underDeadline(module, run, outer, async (signal, extend) => {
        const progress = async (extendMs: number): Promise<void> => {
          extend(extendMs);
          await call.send({ part: { case: "progress", value: { extendMs } } });
        };
        const fail = await begin(module, { instance, resourceId: "", signal, progress });
        const { groups, pad_bytes } = instance.knobs;
        for (let n = 0; n < groups || fail === "endless"; n += 1) {
          if (signal.aborted) return;
          const metadata: Record<string, string> = pad_bytes > 0 ? { pad: "x".repeat(pad_bytes) } : {};
          await outbox.put({ id: `probe-${n}`, endpoint: "127.0.0.1", site: "probe", class: "probe", metadata });
          if (n === 0 && breaks("resource-twice")) await outbox.put({ id: "probe-0", endpoint: "127.0.0.1" });
          if (n % 50 === 49) await new Promise(setImmediate);
        }
      });
      await outbox.flush();
      if (fault) await call.send({ part: { case: "partialError", value: { scope: "", fault } } });
      if (breaks("no-summary")) return undefined;
      const complete = fault === undefined || breaks("claims-complete");
      const summary = { complete, resources: outbox.count, scopes: [] };
      await call.send({ part: { case: "summary", value: { summary } } });
      return undefined;
    } finally {
      leave();
    }
  };
}

/** Resources on their way out, grouped. */
class Batches {
  count = 0;
  readonly #call: Call;
  #waiting: Resource[] = [];
  #bytes = 0;

  constructor(call: Call) {
    this.#call = call;
  }

  async put(resource: Resource): Promise<void> {
    this.#waiting.push(resource);
    this.count += 1;
    this.#bytes += toBinary(ResourceSchema, create(ResourceSchema, resource)).length;
    if (this.#bytes >= batchBytes) await this.flush();
  }

  async flush(): Promise<void> {
    const resources = this.#waiting;
    this.#waiting = [];
    this.#bytes = 0;
    if (resources.length > 0) await this.#call.send({ part: { case: "batch", value: { resources } } });
  }
}
