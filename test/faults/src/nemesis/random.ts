import { fnv1a } from "@ocelli/model";

/** Chance that is the same for the same seed. */
export interface Dice {
  /** In [0, 1). */
  next(): number;
  /** A whole number from `from` to below `to`. */
  whole(from: number, to: number): number;
  pick<T>(from: readonly T[]): T;
}

/** Mulberry32. `name` keeps what one fault draws apart from what another does. <https://gist.github.com/tommyettinger/46a874533244883189143505d203312c> */
export function diceOf(seed: number, name: string): Dice {
  let state = (seed ^ fnv1a(name)) >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const whole = (from: number, to: number): number => from + Math.floor(next() * (to - from));
  return {
    next,
    whole,
    pick: (from) => {
      const picked = from[whole(0, from.length)];
      if (picked === undefined) throw new RangeError("there is nothing to pick from");
      return picked;
    },
  };
}
