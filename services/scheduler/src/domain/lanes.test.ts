import { phaseMs, slotAfter, type Task } from "@ocelli/model";
import { expect, test } from "vitest";
import { aPlanned, aPlugin, startMs } from "../testing/builders.js";
import { MissedLog } from "./missed-log.js";
import type { TaskOutlet } from "./outbox.js";
import { Partition } from "./partition.js";

const frequencyMs = 10_000;

/** Resources whose slots of plugin `p` come within the same 25 ms, and those whose come alone. */
function together(count: number): string[] {
  const byMoment = new Map<number, string[]>();
  for (let i = 0; ; i += 1) {
    const moment = Math.floor((phaseMs({ plugin: "p", resourceId: `r${i}` }, frequencyMs) - 1) / 25);
    const ids = byMoment.get(moment) ?? [];
    ids.push(`r${i}`);
    if (ids.length === count) return ids;
    byMoment.set(moment, ids);
  }
}

function rig(maxInFlight: number, ids: readonly string[]) {
  let nowMs = startMs;
  const alone: Task[] = [];
  const lanes: { readonly lane: number; readonly perMessage: number; readonly ids: string[] }[] = [];
  const outlet: TaskOutlet = {
    send: (task, settle) => {
      alone.push(task);
      settle("sent");
    },
    sendTogether: (tasks, lane, perMessage, settle) => {
      lanes.push({ lane, perMessage, ids: tasks.map(({ resource }) => resource?.id ?? "") });
      for (const place of tasks.keys()) settle(place, "pending");
    },
  };
  const partition = new Partition(0, new MissedLog(), {
    outlet,
    partitions: 1,
    removeRegister: () => {},
    frequencyMsOf: () => undefined,
    endpointOf: () => undefined,
    limitsOf: () => ({ maxInFlight: 4, minGapMs: 0 }),
    brokerNowMs: () => nowMs,
  });
  const plugin = aPlugin({ frequencyMs, maxInFlight });
  for (const id of ids) partition.put(plugin, aPlanned(id, 0, { endpoint: id }));
  partition.begin(undefined, "scheduler_away");
  const passTo = (atMs: number): void => {
    for (; nowMs < atMs; nowMs += 10) partition.tick("scheduler_away");
  };
  return { passTo, alone, lanes };
}

test("slots of one moment travel together, on the same lane in each interval", () => {
  const ids = together(3);
  const { passTo, lanes, alone } = rig(40, ids);
  const first = slotAfter(startMs, phaseMs({ plugin: "p", resourceId: ids[0] ?? "" }, frequencyMs), frequencyMs);
  passTo(first + 1_000);
  expect(lanes).toHaveLength(1);
  expect(lanes[0]?.perMessage).toBe(10);
  expect([...(lanes[0]?.ids ?? [])].sort()).toEqual([...ids].sort());
  // What was refused is tried once more, half an interval later, and must not be refused because of what is due then.
  passTo(first + 2 * frequencyMs - 1_000);
  const used = lanes.map(({ lane }) => lane);
  const [onTime = Number.NaN, ...late] = used.slice(0, used.length / 2);
  expect(onTime).toBeLessThan(frequencyMs / 25);
  expect(Math.min(...late)).toBeGreaterThanOrEqual(frequencyMs / 25);
  expect(used).toEqual([onTime, ...late, onTime, ...late]);
  expect(alone).toEqual([]);
});

test("a plugin that runs few at a time gets its tasks one by one", () => {
  const ids = together(3);
  const { passTo, lanes, alone } = rig(4, ids);
  passTo(startMs + 2 * frequencyMs);
  expect(lanes).toEqual([]);
  expect(alone.length).toBeGreaterThanOrEqual(3);
});
