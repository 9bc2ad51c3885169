import { meddle } from "../nemesis/meddler.js";
import { pause } from "../nemesis/schedule.js";
import { type Fault, sumOf, unharmed } from "../run/fault.js";
import { type Load, usualLoad } from "../world/load.js";

const twoLeaders: Load = {
  ...usualLoad,
  latencyMs: 200,
  programs: { ...usualLoad.programs, scheduler: "test/faults/dist/sabotage/always-leading-scheduler.js" },
};

/** Copies that were handed out, for a run that raced nothing proves nothing. */
const copiesAtLeast = 100;

export const race: Fault = {
  name: "race",
  about: "two schedulers lead at once; every task is handed to all agents at the same moment and once more later",
  load: () => twoLeaders,
  schedule: (_, size) => ({
    calmMs: 0,
    steps: [{ atMs: 0, does: "hand every task out again", forMs: size === "quick" ? 12_000 : 120_000 }],
    quietMs: 4_000,
  }),
  async act({ forMs = 0 }, world, signal) {
    return await meddle(world, pause(forMs, signal));
  },
  bars: ({ verdict, counter, done }) => [
    ...unharmed(verdict),
    {
      text: "copies were handed out and refused",
      holds: sumOf(done, "copies") >= copiesAtLeast && counter("claims_superseded") > 0,
    },
  ],
  figures: ({ counter, done }) => ({ copies: sumOf(done, "copies"), refusedClaims: counter("claims_superseded") }),
};

/** The same race without the protection. It passes where the devices were hammered: the suite can fail. */
function sabotaged(name: string, about: string, proof: Fault["bars"]): Fault {
  return {
    ...race,
    name: `race-${name}`,
    about: `sabotage: the race, with ${about}`,
    sabotage: name,
    load: () => ({
      ...twoLeaders,
      programs: { ...twoLeaders.programs, agent: `test/faults/dist/sabotage/${name}.js` },
    }),
    bars: proof,
  };
}

const farShare = 0.1;

export const claimOff = sabotaged("claim-off", "the guard's claim switched off", ({ verdict }) => [
  { text: "D is far from 0", holds: verdict.D > farShare * verdict.due },
  { text: "G is far from 0", holds: verdict.G > farShare * verdict.due },
]);

export const checkBeforeLock = sabotaged("check-before-lock", "the check done before the lock", ({ verdict }) => [
  {
    text: "D + G is far from 0 (the lock still keeps hits apart, it does not keep them from coming)",
    holds: verdict.D + verdict.G > farShare * verdict.due,
  },
]);
