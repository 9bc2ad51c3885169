import type { Fault, ModuleRecord, PackedAnswer, WorkItem } from "@ocelli/model";
import { ManualClock } from "@ocelli/test-kit";
import { expect, test } from "vitest";
import { FakeSource } from "../testing/fake-source.js";
import { answer, resource } from "../testing/fakes.js";
import type { HostedModule } from "./ports.js";
import { ReplicaPlace, weightOf } from "./replica-place.js";

const lost: Fault = { message: "gone", origin: "plugin", retry: "at_once", scope: "module", status: "internal" };

const item = (id: string): WorkItem => ({
  run: {
    plugin: "p",
    revision: "r1",
    fence: 1,
    leaseMs: 6_000,
    deadlineMs: 5_000,
    slotAtMs: 0,
    frequencyMs: 60_000,
    state: new Uint8Array(),
    traceparent: "",
  },
  resource: { ...resource, id },
  enrichments: [],
});

async function place(ids: readonly string[]) {
  const clock = new ManualClock();
  const source = new FakeSource();
  const starterOf = source.service();
  const deps = { clock, random: () => 0.5, onChange: () => {}, onNote: () => {} };
  const replicas = new ReplicaPlace("snmp", starterOf, deps);
  const instance = (instanceId: string): ModuleRecord => {
    return { name: "snmp", instanceId, bootId: "1", version: "1", endpoint: "", leaseMs: 1, suspect: false };
  };
  replicas.update(ids.map(instance));
  await clock.advance(0);
  const picked = replicas.pick("p");
  if (!picked) throw new Error("no replica is up");
  const others = source.started.filter((one) => one !== picked.live);
  return { clock, source, picked, first: source.module(picked.live.title), others };
}

async function poll(work: HostedModule, items: WorkItem[]) {
  const answers: PackedAnswer[] = [];
  await new Promise<void>((onEnd) => work.poll(items, { onAnswer: (one) => answers.push(one), onEnd }));
  return answers.map(({ item, fault }) => [item, fault?.message ?? "answered"]);
}

test("items a lost replica left open are answered by the next one, in the time that is left", async () => {
  const { clock, picked, first, others } = await place(["one", "two"]);
  const [second] = others;
  const deadlines: number[] = [];
  first.answering = async () => {
    await clock.advance(2_000);
    return [answer(1), answer(0, { fault: lost, groups: [] }), answer(2, { fault: lost, groups: [] })];
  };
  if (second) {
    second.answering = (items) => {
      deadlines.push(...items.map(({ run }) => run.deadlineMs));
      return items.map((_, i) => answer(i));
    };
  }
  expect(await poll(picked.work, [item("a"), item("b"), item("c")])).toEqual([
    [1, "answered"],
    [0, "answered"],
    [2, "answered"],
  ]);
  expect(deadlines).toEqual([3_000, 3_000]);
});

test("without another replica the loss is the answer", async () => {
  const { picked, first } = await place(["one"]);
  first.answering = () => [answer(0, { fault: lost, groups: [] })];
  expect(await poll(picked.work, [item("a")])).toEqual([[0, "gone"]]);
});

test.for([
  { why: "what must not be repeated is not", fault: { ...lost, retry: "next_slot" } as const },
  { why: "a fault of the device is not asked for elsewhere", fault: { ...lost, scope: "item" } as const },
])("$why", async ({ fault }) => {
  const { picked, first, others } = await place(["one", "two"]);
  first.answering = () => [answer(0, { fault, groups: [] })];
  expect(await poll(picked.work, [item("a")])).toEqual([[0, "gone"]]);
  expect(others[0]?.log).toEqual([]);
});

test("an item that was answered in part is not begun again", async () => {
  const { picked, first, others } = await place(["one", "two"]);
  first.answering = () => [answer(0, { last: false }), answer(0, { fault: lost, groups: [] })];
  expect(await poll(picked.work, [item("a")])).toEqual([
    [0, "answered"],
    [0, "gone"],
  ]);
  expect(others[0]?.log).toEqual([]);
});

test("plugins spread over the replicas, and only those of a lost one move", () => {
  const names = Array.from({ length: 300 }, (_, i) => `plugin-${i}`);
  const best = (plugin: string, ids: readonly string[]): string =>
    ids.reduce((a, b) => (weightOf(plugin, b) > weightOf(plugin, a) ? b : a));
  const before = names.map((name) => best(name, ["one", "two", "three"]));
  for (const id of ["one", "two", "three"]) expect(before.filter((one) => one === id).length).toBeGreaterThan(70);
  const after = names.map((name) => best(name, ["one", "three"]));
  expect(after.filter((id, i) => id !== before[i] && before[i] !== "two")).toEqual([]);
});
