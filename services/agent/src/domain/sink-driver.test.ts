import type { SinkReceipt } from "@ocelli/model";
import { ManualClock } from "@ocelli/test-kit";
import { expect, test } from "vitest";
import { aFault } from "../testing/fakes.js";
import { RunLog } from "./run-log.js";
import { driveSink, type FedRecord } from "./sink-driver.js";

function sinkWorld(receipts: (SinkReceipt | Error)[]) {
  const clock = new ManualClock();
  const committed: number[] = [];
  const aside: string[] = [];
  const sent: number[][] = [];
  const troubles: string[] = [];
  const fed = (position: number): FedRecord => ({
    record: { mesh: "m", position, resultBytes: new Uint8Array() },
    commit: () => committed.push(position),
    putAside: async (reason) => void aside.push(`${position} ${reason}`),
  });
  const queue = [[fed(1), fed(2), fed(3)], [fed(4)]];
  const stop = new AbortController();
  const driving = driveSink(
    {
      clock,
      log: new RunLog(),
      feed: {
        next: async (_limit, _bytes, signal) => {
          const batch = queue.shift();
          if (!batch) await clock.sleep(1_000, signal);
          return batch ?? [];
        },
      },
      open: async () => ({
        write: async (records) => {
          sent.push(records.map(({ position }) => position));
          const receipt = receipts.shift() ?? { fault: undefined, refused: [] };
          if (receipt instanceof Error) throw receipt;
          return receipt;
        },
        close: async () => {},
      }),
      onTrouble: (reason) => troubles.push(reason),
    },
    stop.signal,
  );
  const end = async (): Promise<void> => {
    stop.abort();
    await driving;
  };
  return { clock, committed, aside, sent, troubles, end };
}

const stored: SinkReceipt = { fault: undefined, refused: [] };

test.for([
  { why: "a sink that breaks", first: new Error("connection reset") },
  { why: "a sink that refuses a batch", first: { fault: aFault, refused: [] } },
])("$why gets the same batch again, and nothing is committed before", async ({ first }) => {
  const { clock, committed, sent, troubles, end } = sinkWorld([first, stored]);
  await clock.advance(10);
  expect(committed).toEqual([]);
  expect(troubles).toHaveLength(1);
  await clock.advance(1_000);
  expect(sent).toEqual([[1, 2, 3], [1, 2, 3], [4]]);
  expect(committed).toEqual([3, 4]);
  await end();
});

test("a record that can never be stored is put aside with its reason, and the others go on", async () => {
  const { clock, committed, aside, end } = sinkWorld([{ fault: undefined, refused: [{ position: 2, fault: aFault }] }]);
  await clock.advance(10);
  expect(aside).toEqual(["2 m"]);
  expect(committed).toEqual([3, 4]);
  await end();
});
