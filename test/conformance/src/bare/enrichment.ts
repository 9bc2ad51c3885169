import { status } from "@grpc/grpc-js";
import type { EnrichRequest } from "@ocelli/proto/plugin";
import { type Call, Refusal } from "./grpc.js";
import { callItems, type ItemWork } from "./items.js";
import type { Parts } from "./parts.js";
import { begin } from "./run.js";

export function enrich(module: Parts) {
  return (request: EnrichRequest, call: Call): Promise<undefined> =>
    callItems(
      module,
      request,
      call,
      (work) => enrichItem(module, work),
      (progress) => ({ progress: [progress] }),
    );
}

async function enrichItem(module: Parts, { item, call, several, run }: ItemWork): Promise<void> {
  const { breaks, instances } = module;
  let facts: Uint8Array | undefined;
  const fault = await run(async (piece) => {
    await begin(module, piece);
    const { value } = breaks("reads-settings-late") ? instances.current(piece.instance) : piece.instance.knobs;
    facts = new TextEncoder().encode(JSON.stringify({ id: item.resource?.id ?? "", value }));
  });
  if (fault && breaks("fails-together") && several && String(fault.message).includes("probe threw")) {
    throw new Refusal(status.INTERNAL, "the batch failed");
  }
  const schema = breaks("no-schema-of-facts") ? "" : "0.1";
  const sets = fault || !facts ? [] : [{ namespace: "probe", schema, ttlS: 300, dataJson: facts }];
  await call.send({ answers: [{ item: item.item, sets, ...(fault && { fault }) }] });
}
