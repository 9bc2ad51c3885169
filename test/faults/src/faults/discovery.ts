import { join } from "node:path";
import { putFile, putPlugin } from "@ocelli/test-kit";
import type { Finding } from "../module/finds/finding.js";
import { inTurn } from "../nemesis/in-turn.js";
import { pause, type Schedule, type Step } from "../nemesis/schedule.js";
import { onTimeShare } from "../oracle/on-time.js";
import { atMost, type Bar, type Counts, type Fault, type Judged, sumOf, unharmed } from "../run/fault.js";
import { type Load, usualLoad } from "../world/load.js";
import { ownProgram } from "../world/paths.js";
import { resourcesOf, type World } from "../world/world.js";

const load: Load = { ...usualLoad, devices: 100 };
/** Resources that nobody polls: some of them go for good, which a discovery may do to few. */
const ghosts = 20;
const fewGone = 8;
const tenfold = 10;
const onTimeAtLeast = 0.99;
const foundLookMs = 200;
/** Between two findings at least, however late the one before came to its turn. */
const restMs = 1_200;

const words = {
  watch: "watch the resources",
  all: "find all",
  few: "find all but a few",
  many: "find ten times as much",
} as const;
const bad: readonly Finding["how"][] = ["empty", "half", "garbage", "fails", "cut-off", "flaps"];

function schedule(forMs: number, restMs: number): Schedule {
  const does = [words.few, ...bad.map((how) => `find ${how}`), words.many];
  const firstMs = 4_000;
  const steps: Step[] = [{ atMs: 0, does: words.all }];
  for (const [i, one] of does.entries()) steps.push({ atMs: firstMs + i * (forMs + restMs), does: one, forMs });
  const endMs = firstMs + does.length * (forMs + restMs);
  return { calmMs: 500, steps: [{ atMs: 0, does: words.watch, forMs: endMs }, ...steps], quietMs: 2_000 };
}

/** Everything there is: the devices, and what nobody polls. Those that went for good stay away. */
function everything(world: World, extra: number, gone: number): Finding["resources"] {
  const more = Array.from({ length: extra }, (_, i) => ({ id: `ghost-${i + 1}`, class: "ghost" }));
  return [...(resourcesOf(world.devices) as Finding["resources"]), ...more.slice(gone)];
}

const findingFile = (world: World): string => join(world.dir, "finding.json");

async function find(world: World, how: Finding["how"], extra: number, gone: number): Promise<void> {
  const finding = { how, resources: everything(world, extra, gone) };
  await putFile(findingFile(world), JSON.stringify(finding));
}

/** Takes the place of the usual discovery under its name, so that it is the source of all that is there. What comes next
 *  waits until everything was found once: nothing could go that never was there. */
async function takeOver(world: World, signal: AbortSignal): Promise<void> {
  await find(world, "all", ghosts, 0);
  const rest = `[source]\npath = ${findingFile(world)}`;
  const module = ownProgram("module/finds/main.js");
  await putPlugin(world.pluginDir, { name: "list", module, frequencyS: 1, rest });
  const { resources } = world.witness.bus;
  while ((await resources.get(`ghost-${ghosts}`)) === undefined) await pause(foundLookMs, signal);
}

async function watchResources(world: World, forMs: number, signal: AbortSignal): Promise<Counts> {
  const stop = new AbortController();
  const there = new Set<string>();
  const heldIds = new Set<string>();
  const counts = { devicesRemoved: 0, ghostsRemoved: 0, mostResources: 0 };
  const watcher = {
    put({ key, value }: { key: string; value: { heldForRemoval: boolean } }) {
      there.add(key);
      if (value.heldForRemoval) heldIds.add(key);
      counts.mostResources = Math.max(counts.mostResources, there.size);
    },
    gone(key: string) {
      there.delete(key);
      if (key.startsWith("device-")) counts.devicesRemoved += 1;
      else counts.ghostsRemoved += 1;
    },
    caughtUp() {},
  };
  world.witness.bus.resources.watch(watcher, stop.signal).catch(() => {});
  // Findings that came to their turn late are waited for.
  const all = pause(forMs, signal).then(() => inTurn(world, async () => {}));
  await all.finally(() => stop.abort());
  return { ...counts, held: heldIds.size };
}

function bars(run: Judged): Bar[] {
  const { verdict, done, events, facts } = run;
  const told = (type: string): number => events.filter((event) => event.type === type).length;
  return [
    ...unharmed(verdict),
    atMost("M", verdict.M, 0),
    atMost("devices removed", sumOf(done, "devicesRemoved"), 0),
    {
      text: `what a few removed within the share is gone (${fewGone})`,
      holds: sumOf(done, "ghostsRemoved") === fewGone,
    },
    { text: "half of everything is held for confirmation", holds: sumOf(done, "held") >= load.devices / 2 },
    { text: "what is held is told", holds: told("discovery.held") > 0 },
    { text: "answers that are not whole are told", holds: told("discovery.incomplete") >= 2 },
    { text: "ten times as much came", holds: sumOf(done, "mostResources") >= tenfold * load.devices },
    { text: "slots on time >= 99 %", holds: onTimeShare(verdict.slots, facts) >= onTimeAtLeast },
  ];
}

export const discovery: Fault = {
  name: "discovery",
  about: "the discovery finds nothing, half, garbage, ten times as much, something else each time, or is cut off",
  load: () => load,
  schedule: (_, size) => (size === "quick" ? schedule(2_000, restMs) : schedule(15_000, 10_000)),
  async act({ does, forMs = 0 }, world, signal) {
    if (does === words.watch) return await watchResources(world, forMs, signal);
    if (does === words.all) {
      await inTurn(world, () => takeOver(world, signal));
      return undefined;
    }
    const how = bad.find((one) => does === `find ${one}`) ?? "all";
    const extra = does === words.many ? (tenfold + 1) * load.devices : ghosts;
    await inTurn(world, async () => {
      await find(world, how, extra, fewGone);
      await pause(forMs, signal);
      // What was found too much is left out again, which is more than may go without being asked.
      await find(world, "all", ghosts, fewGone);
      await pause(restMs, signal);
    });
    return undefined;
  },
  bars,
  figures: ({ done, events }) => ({
    devicesRemoved: sumOf(done, "devicesRemoved"),
    held: sumOf(done, "held"),
    mostResources: sumOf(done, "mostResources"),
    heldTold: events.filter(({ type }) => type === "discovery.held").length,
    incompleteTold: events.filter(({ type }) => type === "discovery.incomplete").length,
  }),
};
