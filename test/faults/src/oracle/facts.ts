/** What a run left behind, from three sides: the devices, the sinks, and Ocelli itself. All instants are epoch ms. */
export interface Facts {
  /** Every pair that was to be polled. */
  readonly pairs: readonly Pair[];
  /** Slots in [fromAtMs, toAtMs) are looked at. */
  readonly window: { readonly fromAtMs: number; readonly toAtMs: number };
  /** When the last fault was over; undefined where there was none. */
  readonly faultsEndAtMs: number | undefined;
  /** Arrivals up to so many ms after their slot are on time. */
  readonly onTimeMs: number;
  /** How much two ways from the claim to the device may differ, in ms. */
  readonly blurMs: number;
  /** What the devices saw. */
  readonly hits: readonly Hit[];
  /** What the mesh says it has: each result in the stream, and each completion that a register told of. */
  readonly accepted: readonly Accepted[];
  /** When the broker stored the claim of a run, by the name of the run: the one clock that nobody in the mesh keeps. */
  readonly claimedAtMs: ReadonlyMap<string, number>;
  /** What each sink stored, by the sink's name. */
  readonly stored: ReadonlyMap<string, readonly Stored[]>;
  /** Slots that Ocelli says were missed, by plugin and reason. */
  readonly missed: readonly MissedSlots[];
}

export interface Pair {
  readonly plugin: string;
  readonly device: string;
  readonly frequencyMs: number;
  readonly phaseMs: number;
}

export interface Hit {
  readonly plugin: string;
  readonly device: string;
  readonly fence: number;
  readonly slotAtMs: number;
  readonly beginAtMs: number;
  readonly endAtMs: number;
  /** The device answered in full. */
  readonly answered: boolean;
}

export interface Accepted {
  readonly plugin: string;
  readonly device: string;
  readonly fence: number;
  readonly slotAtMs: number;
}

export interface Stored extends Accepted {
  readonly part: number;
  readonly startedAtMs: number;
  readonly status: string;
  readonly onDemand: boolean;
  /** What the device is said to have answered; undefined where there is no answer. */
  readonly value: number | undefined;
}

export interface MissedSlots {
  readonly plugin: string;
  readonly reason: string;
  readonly slots: number;
}

export function pairName({ plugin, device }: { readonly plugin: string; readonly device: string }): string {
  return `${plugin} ${device}`;
}

/** One run of a pair, as a text. */
export function runName({ plugin, device, fence }: Accepted | Hit): string {
  return `${plugin} ${device} ${fence}`;
}

/** Everything of one pair, in the order it was given. */
export function byPair<T extends { readonly plugin: string; readonly device: string }>(
  all: readonly T[],
): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const name = pairName(one);
    const group = groups.get(name);
    if (group) group.push(one);
    else groups.set(name, [one]);
  }
  return groups;
}
