import { create } from "@bufbuild/protobuf";
import { type PollRequest, PollRequestSchema } from "@ocelli/proto/plugin";

/** Who the work is for. */
export const plugin = "bench";
export const revision = "1";

/** A call about so many resources of about 200 bytes each. */
export function pollRequest(batch: number): PollRequest {
  const items = Array.from({ length: batch }, (_, index) => ({
    item: index + 1,
    run: { plugin, revision, fence: 4711n, leaseMs: 15_000, deadlineMs: 10_000, slotAtMs: 1_800_000_000_000n },
    resource: {
      id: `switch-${index}.example`,
      site: "north",
      class: "network",
      subclass: "switch",
      type: "cisco-ios",
      endpoint: `10.0.${index % 256}.1`,
      metadata: { model: "C9300-48P", rack: "12", serial: "FCW2246L0XX" },
    },
  }));
  return create(PollRequestSchema, { items });
}
