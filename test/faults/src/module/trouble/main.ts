import { createInterface } from "node:readline";
import { type Item, Plugin, Polling, type PollRequest } from "@ocelli/proto/plugin";
import { MetricType } from "@ocelli/proto/resource";
import { Kind } from "@ocelli/proto/task";
import { implement, startServer } from "@ocelli/rpc";
import { noteTrouble, type TroubleNote } from "../trouble-log.js";

// A module that misbehaves in one way. It speaks the protocol itself, for the SDK would keep it from most of this.
const [how = "", notes = ""] = process.argv.slice(-2);
const answerBytes = 100 * 1024 * 1024;
const points = 1_000_000;
const pointsAMessage = 4_000;
const yearMs = 365 * 24 * 3_600_000;
/** Were nobody to end it, it ends itself: a test must not burn a processor for ever. */
const hangsAtMostMs = 60_000;

function note(kind: TroubleNote["kind"], deadlineMs = 0): void {
  noteTrouble(notes, {
    kind,
    how,
    pid: process.pid,
    parent: process.ppid,
    atMs: Date.now(),
    bornAtMs: performance.timeOrigin,
    deadlineMs,
  });
}

note("boot");
if (how === "exits") process.exit(3);

function hang(items: readonly Item[]): void {
  note("hang", Math.max(...items.map(({ run }) => run?.deadlineMs ?? 0)));
}

function busy(items: readonly Item[]): void {
  hang(items);
  const untilMs = performance.now() + hangsAtMostMs;
  while (performance.now() < untilMs);
  process.exit(1);
}

function gauge(name: string, value: number) {
  return { name, type: MetricType.GAUGE, value: { case: "doubleValue" as const, value } };
}

function groupOf(name: string, dimension: string, metrics: readonly ReturnType<typeof gauge>[], atMs = 0) {
  return { name, dimensions: [{ name: "of", value: dimension }], metrics: [...metrics], atMs: BigInt(atMs) };
}

async function* answers(items: readonly Item[]) {
  note("asked");
  for (const { item } of items) {
    const right = { item, groups: [groupOf("answer", "", [gauge("value", 1)])] };
    switch (how) {
      case "waits":
        hang(items);
        await new Promise(() => {});
        break;
      case "busy":
        busy(items);
        break;
      case "one-huge-answer":
        yield { answers: [{ item, groups: [groupOf("answer", "x".repeat(answerBytes), [gauge("value", 1)])] }] };
        break;
      case "million-points":
        for (let i = 0; i < points; i += pointsAMessage) {
          const metrics = Array.from({ length: pointsAMessage }, (_, j) => gauge(`value_${j}`, i + j));
          yield { answers: [{ item, more: true, groups: [groupOf("answer", String(i), metrics)] }] };
        }
        yield { answers: [{ item, groups: [] }] };
        break;
      case "lies-about-items":
        yield { answers: [{ ...right, item: item + 1_000 }, { ...right, item: 0 }, right, right] };
        yield { answers: [right] };
        break;
      case "future-timestamps":
        yield { answers: [{ item, groups: [groupOf("answer", "", [gauge("value", 1)], Date.now() + 10 * yearMs)] }] };
        break;
      default:
        yield { answers: [right] };
    }
    note("answered");
  }
}

const bringUp = implement(Plugin, {
  handshake: () => ({
    protocolMajor: 1,
    protocolMajors: [1],
    name: `trouble-${how}`,
    version: "0.1.0",
    instanceId: how,
    bootId: String(process.pid),
    language: "typescript",
  }),
  describe: () => ({ description: "Misbehaves.", services: [Kind.POLLING], settingsSchemaJson: "{}" }),
  validateConfig: () => ({}),
  configure: () => ({}),
  drain: () => ({}),
});
const polling = implement(Polling, { poll: ({ items }: PollRequest) => answers(items) });

const lines = createInterface({ input: process.stdin });
lines.once("close", () => process.exit(0));
lines.once("line", (line) => {
  const { socket } = JSON.parse(line) as { socket: string };
  void startServer({ listen: `unix:${socket}`, services: [bringUp, polling], messageBytes: 2 * answerBytes });
});
