import type { Load } from "../world/load.js";
import type { Dice } from "./random.js";
import type { Step } from "./schedule.js";

/** What is done to the mesh while it soaks. */
export type Trouble =
  | "kill"
  | "freeze"
  | "kill a module of"
  | "slow down"
  | "silence"
  | "edit a plugin file"
  | "edit a plugin file into something invalid"
  | "find other resources";

/** Those that are never killed: their memory, files and threads must be the same in the end. */
export const longLived = ["agent-3", "scheduler-2", "registry-2"] as const;
const mortal = ["agent-1", "agent-2", "scheduler-1", "registry-1"] as const;
const broker = "nats-1";

/** Below half a lease, so that no pair may be hit twice because of it. */
const freezeLeases = 0.5;
const afterMs = 500;

interface Kind {
  readonly does: Trouble;
  /** How often, beside the others. */
  readonly weight: number;
  readonly to: (dice: Dice) => string;
  readonly forMs?: (dice: Dice, to: string, load: Load) => number;
}

const kinds: readonly Kind[] = [
  { does: "kill", weight: 4, to: (dice) => dice.pick(mortal) },
  { does: "kill", weight: 1, to: () => broker, forMs: (dice) => dice.whole(200, 3_000) },
  {
    does: "freeze",
    weight: 3,
    to: (dice) => dice.pick([...mortal, ...longLived]),
    forMs: (dice, to, { leaseS }) =>
      to.startsWith("agent") ? dice.whole(200, freezeLeases * leaseS * 1000) : dice.whole(500, 6_000),
  },
  { does: "freeze", weight: 1, to: () => broker, forMs: (dice) => dice.whole(500, 4_000) },
  { does: "kill a module of", weight: 2, to: (dice) => `agent-${dice.whole(1, 4)} number ${dice.whole(0, 10)}` },
  {
    does: "slow down",
    weight: 1,
    to: (dice) => `devices ${dice.whole(0, 20)}`,
    forMs: (dice) => dice.whole(2_000, 6_000),
  },
  {
    does: "silence",
    weight: 1,
    to: (dice) => `devices ${dice.whole(0, 20)}`,
    forMs: (dice) => dice.whole(2_000, 6_000),
  },
  { does: "edit a plugin file", weight: 3, to: () => "editor" },
  { does: "edit a plugin file into something invalid", weight: 1, to: () => "editor" },
  { does: "find other resources", weight: 2, to: (dice) => `ghosts ${dice.whole(20, 26)}` },
];

/** Random troubles within `spanMs`, each of whom is over by then. Nobody is troubled in two ways at a time. */
export function soakSteps(dice: Dice, spanMs: number, load: Load): Step[] {
  const drawn = kinds.flatMap((kind) => Array.from({ length: kind.weight }, () => kind));
  const busyUntilMs = new Map<string, number>();
  const steps: Step[] = [];
  for (let atMs = 0; atMs < spanMs; atMs += dice.whole(400, 2_000)) {
    const { does, to, forMs } = dice.pick(drawn);
    const whom = to(dice);
    const lastsMs = forMs?.(dice, whom, load) ?? 0;
    const [name = ""] = whom.split(" ");
    if ((busyUntilMs.get(name) ?? 0) > atMs || atMs + lastsMs > spanMs) continue;
    busyUntilMs.set(name, atMs + lastsMs + load.restartMs + afterMs);
    steps.push({ atMs, does, to: whom, ...(lastsMs > 0 ? { forMs: lastsMs } : {}) });
  }
  return steps;
}
