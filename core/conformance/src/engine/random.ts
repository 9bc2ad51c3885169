/** Chance that comes again with the same seed: a number in [0, 1). Mulberry32, <https://gist.github.com/tommyettinger/46a874533244883189143505d203312c> */
export type Random = () => number;

export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** So many characters that occur in nothing else. */
export function randomText(random: Random, length: number): string {
  const letters = "abcdefghjkmnpqrstuvwxyz23456789";
  return Array.from({ length }, () => letters[Math.floor(random() * letters.length)]).join("");
}
