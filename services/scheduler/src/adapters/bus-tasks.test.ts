import type { Bus, SendAnswer } from "@ocelli/bus";
import { decodeTask, decodeTaskBatch } from "@ocelli/codec";
import type { Task } from "@ocelli/model";
import { expect, test } from "vitest";
import { aResource } from "../testing/builders.js";
import { busTasks } from "./bus-tasks.js";

interface Sent {
  readonly subject: string;
  readonly ids: readonly string[];
  readonly settle: (answer: SendAnswer) => void;
}

function queue() {
  const sent: Sent[] = [];
  const tasks = {
    subject: (partition: number, kind: string, key: string) => `${partition} ${kind} ${key}`,
    laneSubject: (partition: number, kind: string, plugin: string, lane: number, message: number) =>
      `${partition} ${kind} ${plugin} lane ${lane} ${message}`,
    sendBytes(_partition: number, subject: string, bytes: Uint8Array, settle: Sent["settle"]) {
      const all = subject.includes("lane") ? decodeTaskBatch(bytes) : [decodeTask(bytes)];
      sent.push({ subject, ids: all.map(({ resourceId }) => resourceId), settle });
    },
  };
  return { outlet: busTasks({ tasks } as unknown as Pick<Bus, "tasks">).outlet(3), sent };
}

function task(id: string, stateBytes = 0): Task {
  const times = { slotAtMs: 1_000, notBeforeAtMs: 1_000, expiresAtMs: 61_000, frequencyMs: 60_000 };
  const rest = { pluginRevision: "1", revision: 0, onDemand: false, traceparent: "" };
  const resource = aResource(id);
  return { kind: "polling", plugin: "p", resource, ...times, ...rest, state: new Uint8Array(stateBytes).fill(1) };
}

test("tasks travel so many in a message, each message on a place of its lane, and what is left over under its pair's name", () => {
  const { outlet, sent } = queue();
  const heard: string[] = [];
  outlet.sendTogether(
    ["a", "b", "c", "d", "e"].map((id) => task(id)),
    9,
    2,
    (place, answer) => {
      heard.push(`${place} ${answer}`);
    },
  );
  expect(sent.map(({ subject, ids }) => [subject, ids])).toEqual([
    ["3 polling p lane 9 0", ["a", "b"]],
    ["3 polling p lane 9 1", ["c", "d"]],
    ["3 polling p.e", ["e"]],
  ]);
  sent[1]?.settle("pending");
  sent[2]?.settle("sent");
  expect(heard).toEqual(["2 pending", "3 pending", "4 sent"]);
});

test("a message stays far below what the broker takes, whatever runs left for the next ones", () => {
  const { outlet, sent } = queue();
  const tasks = Array.from({ length: 10 }, (_, i) => task(`r${i}`, 100 * 1024));
  outlet.sendTogether(tasks, 1, 64, () => {});
  expect(sent.map(({ ids }) => ids.length)).toEqual([2, 2, 2, 2, 2]);
});
