import { phaseMs, type Resource, slotAfter } from "@ocelli/model";
import { ManualClock } from "@ocelli/test-kit";
import { expect, test } from "vitest";
import { resultOf } from "../testing/builders.js";
import { type Copy, CopyQueue, deviceKey } from "./copy-queue.js";
import { type CopyVerdict, mayRun } from "./may-run.js";

const resource = (id: string, endpoint: string): Resource => ({
  ...{ id, endpoint, site: "", class: "", subclass: "", type: "" },
  ...{ metadata: {}, parents: [], ttlS: 0 },
});

/** One visit of a device, as the device itself sees it. */
interface Visit {
  readonly endpoint: string;
  readonly who: "live" | "shadow";
  readonly resourceId: string;
  readonly fromMs: number;
  readonly untilMs: number;
}

const frequencyMs = 10_000;
const timeoutMs = 4_000;
const resources = [...["a", "b", "c"].map((id) => resource(id, "shared")), ...["d", "e"].map((id) => resource(id, id))];

/** A run takes something between 50 ms and its timeout, always the same for the same seed. */
function tookMs(seed: number): number {
  return 50 + ((seed * 2_654_435_761) % (timeoutMs - 100));
}

/** A device that gets live runs at their slots, and copies as the queue says: some minutes, every 25 ms. */
async function visitsOf(decide: typeof mayRun | (() => CopyVerdict)): Promise<Visit[]> {
  const clock = new ManualClock(0);
  const queue = new CopyQueue<Copy>({ timeoutMs, inFlight: 3 }, decide);
  const visits: Visit[] = [];
  const over: { readonly atMs: number; readonly end: () => void }[] = [];
  const next = new Map(resources.map(({ id }) => [id, slotOf(id, 0)]));
  let fence = 0;
  const visit = (one: Visit, end: () => void): void => {
    visits.push(one);
    over.push({ atMs: one.untilMs, end });
  };
  for (; clock.nowMs() < 240_000; await clock.advance(25)) {
    const nowMs = clock.nowMs();
    for (const done of over.filter(({ atMs }) => atMs <= nowMs)) {
      over.splice(over.indexOf(done), 1);
      done.end();
    }
    for (const one of resources) {
      const slotAtMs = next.get(one.id) ?? 0;
      if (nowMs < slotAtMs) continue;
      next.set(one.id, slotOf(one.id, nowMs));
      fence += 1;
      const untilMs = nowMs + tookMs(fence);
      const [endpoint, resourceId] = [one.endpoint, one.id];
      const times = { fence, slotAtMs, startedAtMs: nowMs, finishedAtMs: untilMs, frequencyMs };
      const live = resultOf({ resource: one, ...times });
      visit({ endpoint, who: "live", resourceId, fromMs: nowMs, untilMs }, () => {
        const resourceIds = resources.filter((other) => other.endpoint === endpoint).map(({ id }) => id);
        const device = { key: deviceKey(one), resourceIds, gapMs: 0, closed: undefined };
        if (queue.saw(live)) queue.offer({ live, resourceId, device });
      });
    }
    for (const { copy, endMs } of queue.due(nowMs).start) {
      const untilMs = nowMs + Math.min(endMs, tookMs(copy.live.fence + 7));
      const { endpoint } = copy.live.resource ?? { endpoint: "" };
      const seen = { endpoint, who: "shadow" as const, resourceId: copy.resourceId, fromMs: nowMs, untilMs };
      visit(seen, () => queue.ended(copy, untilMs));
    }
  }
  return visits;
}

function slotOf(resourceId: string, afterMs: number): number {
  return slotAfter(afterMs, phaseMs({ plugin: "ping", resourceId }, frequencyMs), frequencyMs);
}

/** Visits of one device that were on at the same time, one of them a copy. */
function meetings(visits: readonly Visit[]): string[] {
  const copies = visits.filter(({ who }) => who === "shadow");
  return copies.flatMap((copy) =>
    visits
      .filter((other) => other !== copy && other.endpoint === copy.endpoint)
      .filter(({ fromMs, untilMs }) => fromMs < copy.untilMs && untilMs > copy.fromMs)
      .map((other) => `${copy.resourceId} at ${copy.fromMs} and ${other.who} ${other.resourceId} at ${other.fromMs}`),
  );
}

test("no device ever has a copy and another run at the same time, and there are copies on all of them", async () => {
  const visits = await visitsOf(mayRun);
  expect(meetings(visits)).toEqual([]);
  const copied = new Set(visits.filter(({ who }) => who === "shadow").map(({ endpoint }) => endpoint));
  expect(copied).toEqual(new Set(["shared", "d", "e"]));
});

test("between two live runs of a resource is at most one copy", async () => {
  const visits = await visitsOf(mayRun);
  for (const { id } of resources) {
    const whos = visits.filter(({ resourceId }) => resourceId === id).map(({ who }) => who[0]);
    expect(whos.join("")).not.toMatch(/ss/);
  }
});

test("control: without the rule that waits they meet", async () => {
  const always = (): CopyVerdict => ({ kind: "run", deadlineMs: timeoutMs, endMs: timeoutMs });
  expect(meetings(await visitsOf(always)).length).toBeGreaterThan(5);
});

const device = { key: "at 10.0.0.1", resourceIds: ["sw-1"], gapMs: 0, closed: undefined };
const live = resultOf();
const copyOf = (change: object): Copy => ({ live: { ...live, ...change }, resourceId: "sw-1", device });
const soon = live.finishedAtMs + 10;

test("a live run that is told twice is copied once, and so is a slot that ran twice", () => {
  const queue = new CopyQueue({ timeoutMs, inFlight: 1 });
  expect(queue.saw(live)).toBe(true);
  expect(queue.saw(live)).toBe(false);
  expect(queue.saw({ ...live, fence: 2 })).toBe(false);
  expect(queue.saw({ ...live, fence: 3, slotAtMs: live.slotAtMs + 60_000 })).toBe(true);
});

test("a copy that still waits when a newer live run is over is skipped, and says what it waited for", () => {
  const queue = new CopyQueue<Copy>({ timeoutMs, inFlight: 1 }, () => ({ kind: "wait", why: "the moon is full" }));
  queue.saw(live);
  queue.offer(copyOf({}));
  queue.due(soon);
  expect(queue.offer(copyOf({ fence: 2 }))).toMatchObject([{ copy: { live: { fence: 1 } }, why: "the moon is full" }]);
});

test("a forced live run names the copies to end on its device, and none starts there before its result", () => {
  const queue = new CopyQueue<Copy>({ timeoutMs, inFlight: 1 });
  queue.saw(live);
  queue.offer(copyOf({}));
  const [started] = queue.due(soon).start;
  expect(queue.forced("sw-1")).toEqual([started?.copy]);
  expect(queue.forced("sw-2")).toEqual([]);
  queue.ended(copyOf({}), soon + 5);
  queue.offer(copyOf({}));
  expect(queue.due(soon + 10)).toMatchObject({ start: [], skip: [{ why: "another live run may be on" }] });
});

test("a device that nobody may ask in addition has its copies skipped with the reason", () => {
  const queue = new CopyQueue<Copy>({ timeoutMs, inFlight: 1 });
  queue.saw(live);
  queue.offer({ ...copyOf({}), device: { ...device, closed: "it says device_max_in_flight = 1" } });
  expect(queue.due(soon).skip).toMatchObject([{ why: "it says device_max_in_flight = 1" }]);
});
