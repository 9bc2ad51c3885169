import { rm } from "node:fs/promises";
import { join } from "node:path";
import { putPlugin } from "@ocelli/test-kit";
import { readTroubles, type TroubleNote } from "../module/trouble-log.js";
import type { Counts } from "../run/fault.js";
import { isAlive, signalProcess } from "../world/marked-processes.js";
import { putModule } from "../world/module-files.js";
import { commandOf } from "../world/process-figures.js";
import type { World } from "../world/world.js";
import { pause } from "./schedule.js";

const lookEveryMs = 50;

const askedWithinMs = 20_000;
const endedWithinMs = 10_000;
const notesFile = "troubles.jsonl";

const notesOf = (world: World): string => join(world.dir, notesFile);

/** Processes of one module of this world, over all agents. */
function processesOf(world: World, module: string): number[] {
  const path = join(world.dir, "modules", module, "/");
  return world.agents.flatMap((agent) => agent.modules()).filter((pid) => commandOf(pid).includes(path));
}

/** Has a plugin whose module misbehaves in one way, for one device: from when it is asked for the first time for `forMs`, or until
 *  what hangs was ended by its agent, where that takes longer. */
export async function misbehave(how: string, device: string, forMs: number, world: World, signal: AbortSignal) {
  const path = await putTrouble(how, device, world);
  const own = (): TroubleNote[] => readTroubles(notesOf(world)).filter((note) => note.how === how);
  const hangs = (): TroubleNote[] => own().filter(({ kind }) => kind === "hang");
  const longestMs = new Map<number, number>();
  try {
    const askedByMs = performance.now() + askedWithinMs;
    while (!own().some(({ kind }) => kind === "asked") && performance.now() < askedByMs)
      await pause(lookEveryMs, signal);
    const startedMs = performance.now();
    const isOver = (): boolean => {
      const pastMs = performance.now() - startedMs;
      return pastMs > forMs && (hangs().every(({ pid }) => !isAlive(pid)) || pastMs > forMs + endedWithinMs);
    };
    while (!isOver()) {
      for (const { pid, atMs, deadlineMs } of hangs())
        if (isAlive(pid)) longestMs.set(pid, Date.now() - atMs - deadlineMs);
      await pause(lookEveryMs, signal);
    }
  } finally {
    await rm(path);
  }
  const asked = own().some(({ kind }) => kind === "asked") ? 1 : 0;
  const hungEnded = hangs().filter(({ pid }) => !isAlive(pid)).length;
  return { asked, hungEnded, pastDeadlineMs: Math.max(0, ...longestMs.values()) };
}

/** Puts the plugin of a module that misbehaves. Returns its file. */
export async function putTrouble(how: string, device: string, { dir, pluginDir, load }: World): Promise<string> {
  const module = await putModule(dir, how, "module/trouble/main.js", [how, join(dir, notesFile)]);
  const { intervalS: frequencyS, timeoutS } = load;
  return await putPlugin(pluginDir, { name: how, module, frequencyS, timeoutS, filter: `resource_id = "${device}"` });
}

/** SIGSTOP of a module's process on one agent, until the agent has ended it. */
export async function stopUntilEnded(
  module: string,
  forMs: number,
  world: World,
  signal: AbortSignal,
): Promise<Counts> {
  const pid = await settledProcess(module, world, signal);
  const startedMs = performance.now();
  signalProcess(pid, "SIGSTOP");
  try {
    while (isAlive(pid) && performance.now() < startedMs + forMs) await pause(lookEveryMs, signal);
    const pastDeadlineMs = Math.max(0, performance.now() - startedMs - world.load.timeoutS * 1000);
    return { stoppedEnded: isAlive(pid) ? 0 : 1, pastDeadlineMs };
  } finally {
    signalProcess(pid, "SIGCONT");
  }
}

const settledMs = 2_000;
const settlesWithinMs = 15_000;

/** A process of a module that is there for some time, and so is under calls. */
async function settledProcess(module: string, world: World, signal: AbortSignal): Promise<number> {
  for (const untilMs = performance.now() + settlesWithinMs; performance.now() < untilMs; ) {
    const there = processesOf(world, module);
    await pause(settledMs, signal);
    const pid = there.find(isAlive);
    if (pid !== undefined) return pid;
  }
  throw new Error(`${module} has no process that could be stopped`);
}

/** kill -9 of a module's process again and again, on one agent after the other. */
export async function killUnderCalls(
  module: string,
  forMs: number,
  world: World,
  signal: AbortSignal,
): Promise<Counts> {
  const everyMs = 900;
  let killed = 0;
  for (const untilMs = performance.now() + forMs; performance.now() < untilMs; ) {
    const pids = processesOf(world, module);
    const pid = pids[killed % pids.length];
    if (pid !== undefined) {
      signalProcess(pid, "SIGKILL");
      killed += 1;
    }
    await pause(everyMs, signal);
  }
  return { killed };
}

/** What the modules that misbehaved say, and which of their processes are left although their plugins are gone. */
export async function lookBack(world: World, signal: AbortSignal): Promise<Counts> {
  const boots = readTroubles(notesOf(world)).filter(({ kind }) => kind === "boot");
  const untilMs = performance.now() + goneWithinMs;
  const left = (): number => new Set(boots.map(({ pid }) => pid).filter(isAlive)).size;
  while (left() > 0 && performance.now() < untilMs) await pause(lookEveryMs, signal);
  return { left: left(), ...backOffs(boots.filter(({ how }) => how === "exits")) };
}

/** How long modules that nobody wants any more may take to end. */
const goneWithinMs = 10_000;

/** From the end of a process to the beginning of the next there is more than the wait: both take their time on a busy machine. */
const startWithinMs = 2_500;

/** The waits between the starts of a module that exits at once: 1 s, doubled each time, give or take a fifth. */
function backOffs(boots: readonly TroubleNote[]): Counts {
  let seen = 0;
  let wrong = 0;
  for (const agent of new Set(boots.map(({ parent }) => parent))) {
    const own = boots.filter(({ parent }) => parent === agent);
    for (const [i, { bornAtMs }] of own.entries()) {
      const before = own[i - 1];
      if (!before) continue;
      const baseMs = Math.min(60_000, 1_000 * 2 ** (i - 1));
      const waitedMs = bornAtMs - before.atMs;
      seen += 1;
      if (waitedMs < 0.8 * baseMs || waitedMs > 1.2 * baseMs + startWithinMs) wrong += 1;
    }
  }
  return { backOffs: seen, backOffsWrong: wrong };
}
