import type { RowMaker } from "./row.js";

export interface Choice {
  /** Names, or beginnings of names where no row is called just that. Empty means everything usual. */
  readonly only: readonly string[];
  readonly peers: boolean;
  readonly quick: boolean;
}

/** What is to be made, in the order of the list. Throws RangeError for a name that no row has. */
export function chooseRows(makers: readonly RowMaker[], { only, peers, quick }: Choice): readonly RowMaker[] {
  if (only.length === 0) return makers.filter((maker) => (peers || !maker.peers) && !(quick && maker.long));
  const chosen = new Set(only.flatMap((wanted) => named(makers, wanted)));
  return makers.filter((maker) => chosen.has(maker));
}

function named(makers: readonly RowMaker[], wanted: string): readonly RowMaker[] {
  const exactly = makers.filter(({ name }) => name === wanted);
  if (exactly.length > 0) return exactly;
  const beginning = makers.filter(({ name }) => name.startsWith(wanted));
  if (beginning.length > 0) return beginning;
  throw new RangeError(`no row is called ${wanted}; there are ${makers.map(({ name }) => name).join(", ")}`);
}
