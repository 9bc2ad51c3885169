import { appendFile } from "node:fs/promises";
import { create } from "@bufbuild/protobuf";
import { RecordFaultSchema, type WriteRequest } from "@ocelli/proto/plugin";
import { FaultOrigin, FaultSchema, PollStatus } from "@ocelli/proto/resource";
import type { Call } from "./grpc.js";
import type { Parts } from "./parts.js";

const stored = new Set<string>();

export function write(module: Parts) {
  return async (requests: AsyncIterable<WriteRequest>, call: Call): Promise<undefined> => {
    const { breaks, gate, instances } = module;
    const leave = gate.enter(call.signal);
    try {
      for await (const { plugin, revision, batch, records } of requests) {
        const { file } = instances.get(plugin, revision).knobs;
        const bad = records.filter(({ result }) => result?.plugin === "refuse-me");
        const good = records.filter((one) => !bad.includes(one));
        const key = `${plugin} ${records.map(({ position }) => position).join()}`;
        const number = breaks("counts-batches-from-0") ? batch - 1n : batch;
        if (bad.length > 0 && breaks("refuses-all")) {
          await call.send({ batch: number, fault: fault("a record cannot be stored") });
        } else if (stored.has(key) && breaks("chokes-on-repeats")) {
          await call.send({ batch: number, fault: fault("stored already") });
        } else {
          const lines = good.map(({ position, result }) =>
            JSON.stringify({ position: Number(position), plugin: result?.plugin }),
          );
          if (file !== "" && lines.length > 0) await appendFile(file, `${lines.join("\n")}\n`);
          stored.add(key);
          const refused = bad.map(({ position }) => create(RecordFaultSchema, { position, fault: fault("refused") }));
          await call.send({ batch: number, refused });
        }
      }
      return undefined;
    } finally {
      leave();
    }
  };
}

function fault(message: string) {
  return create(FaultSchema, { message, status: PollStatus.INTERNAL, origin: FaultOrigin.PLUGIN });
}
