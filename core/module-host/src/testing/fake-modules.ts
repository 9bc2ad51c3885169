import { readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Clock, WorkItem } from "@ocelli/model";
import { expect, vi } from "vitest";
import type { ChildModule } from "../child/child-module.js";
import { isOurs, launchRoots, parseLaunchName } from "../child/launch-dir.js";
import { type ChildStart, type StartOutcome, startChild } from "../child/start-child.js";
import { DescriptionCache } from "../link/describe.js";
import { hostLimits } from "../link/limits.js";
import { SettingsShelf } from "../link/settings-shelf.js";

// What the tests of this package share: modules that misbehave, and whether anything of them is left.

const realClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise<void>((resolve) => {
      if (signal?.aborted) {
        resolve();
        return;
      }
      const done = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal?.addEventListener("abort", done, { once: true });
    }),
};

export const never: AbortSignal = new AbortController().signal;

export const linkHost = {
  clock: realClock,
  hostVersion: "0.0.0-test",
  limits: hostLimits,
  descriptions: new DescriptionCache(),
};

export function fakePath(name: string): string {
  return fileURLToPath(new URL(`../../testdata/${name}`, import.meta.url));
}

/** Starts a fake module and gathers what it prints and what the link tells. */
export async function startFake(name: string, more: Partial<ChildStart> = {}) {
  const lines: string[] = [];
  const notes: string[] = [];
  const stuck: string[] = [];
  const start: ChildStart = {
    path: name.startsWith("/") ? name : fakePath(name),
    host: linkHost,
    shelf: new SettingsShelf(),
    onLine: (line) => lines.push(`${line.stream}: ${line.text}`),
    events: { onNote: (_plugins, sentence) => notes.push(sentence), onStuck: (sentence) => stuck.push(sentence) },
    ...more,
  };
  return { outcome: await startChild(start, never), lines, notes, stuck };
}

export function moduleOf(outcome: StartOutcome): ChildModule {
  if (outcome.kind === "failed") throw new Error(outcome.reason);
  return outcome.module;
}

export function reasonOf(outcome: StartOutcome): string {
  return outcome.kind === "failed" ? outcome.reason : "it started";
}

/** Launch directories of this process that were not removed. */
export async function launchesLeft(): Promise<string[]> {
  const names = await Promise.all(launchRoots().map((root) => readdir(root).catch(() => [])));
  return names.flat().filter((name) => isOurs(parseLaunchName(name)?.mark ?? ""));
}

/** Waits until neither a process nor the group it led is left. The system clears up after a kill in its own time. */
export async function gone(pid: number | undefined): Promise<void> {
  if (pid === undefined || Number.isNaN(pid)) throw new Error("there is no such process id");
  await vi.waitFor(() => {
    for (const id of [pid, -pid]) expect(() => process.kill(id, 0), `process ${id}`).toThrow(/ESRCH/);
  }, 5_000);
}

export function workItem(id: string, deadlineMs = 5_000, plugin = "p"): WorkItem {
  return {
    run: {
      plugin,
      revision: "r1",
      fence: 1,
      leaseMs: deadlineMs + 1000,
      deadlineMs,
      slotAtMs: 0,
      frequencyMs: 60_000,
      state: new Uint8Array(),
      traceparent: "",
    },
    resource: {
      id,
      site: "",
      class: "",
      subclass: "",
      type: "",
      endpoint: "",
      metadata: {},
      parents: [],
      ttlS: 0,
    },
    enrichments: [],
  };
}
