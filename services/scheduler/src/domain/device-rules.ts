import type { Resource } from "@ocelli/model";

/** What one device stands. */
export interface DeviceLimits {
  /** Runs against it at a time, over all plugins. */
  readonly maxInFlight: number;
  /** Between two starts, in ms; 0 for none. */
  readonly minGapMs: number;
}

/** A value that was ignored. */
export interface DeviceProblem {
  readonly resourceId: string;
  readonly endpoint: string;
  readonly key: string;
  readonly value: string;
  readonly message: string;
}

/** Metadata keys by which a resource says what its device stands, with the values they may have. */
const deviceKeys = {
  maxInFlight: { key: "device_max_in_flight", min: 1, max: 10_000 },
  minGapMs: { key: "device_min_gap_ms", min: 0, max: 3_600_000 },
} as const;

interface Said {
  readonly resourceId: string;
  readonly maxInFlight: number | undefined;
  readonly minGapMs: number | undefined;
}

/** More than these are not kept for telling. */
const problemsMax = 1_000;

/** What each device stands: the mesh's defaults, or what its resources say. Where several of one endpoint say something, the
 *  strictest counts. Costs something only for endpoints whose resources say something. */
export class DeviceRules {
  readonly #defaults: DeviceLimits;
  readonly #said = new Map<string, Said[]>();
  readonly #limits = new Map<string, DeviceLimits>();
  #problems: DeviceProblem[] = [];

  constructor(defaults: DeviceLimits) {
    this.#defaults = defaults;
  }

  limitsOf(endpoint: string): DeviceLimits {
    return this.#limits.size === 0 ? this.#defaults : (this.#limits.get(endpoint) ?? this.#defaults);
  }

  /** A resource is new, changed or gone. */
  resourceMoved(before: Resource | undefined, after: Resource | undefined): void {
    if (before && says(before)) this.#unsay(before);
    if (after && says(after)) this.#say(after);
  }

  /** Values that were ignored since the last call; `wanted` chooses which to take, the rest stays. */
  takeProblems(wanted: (problem: DeviceProblem) => boolean): DeviceProblem[] {
    if (this.#problems.length === 0) return [];
    const taken = this.#problems.filter(wanted);
    if (taken.length > 0) this.#problems = this.#problems.filter((problem) => !wanted(problem));
    return taken;
  }

  #say(resource: Resource): void {
    const said: Said = {
      resourceId: resource.id,
      maxInFlight: this.#number(resource, deviceKeys.maxInFlight),
      minGapMs: this.#number(resource, deviceKeys.minGapMs),
    };
    if (said.maxInFlight === undefined && said.minGapMs === undefined) return;
    this.#settle(resource.endpoint, [...(this.#said.get(resource.endpoint) ?? []), said]);
  }

  #unsay({ id, endpoint }: Resource): void {
    this.#problems = this.#problems.filter(({ resourceId }) => resourceId !== id);
    const said = this.#said.get(endpoint);
    if (said)
      this.#settle(
        endpoint,
        said.filter(({ resourceId }) => resourceId !== id),
      );
  }

  #settle(endpoint: string, said: Said[]): void {
    if (said.length === 0) {
      this.#said.delete(endpoint);
      this.#limits.delete(endpoint);
      return;
    }
    this.#said.set(endpoint, said);
    const numbers = (of: (one: Said) => number | undefined): number[] => said.map(of).filter((n) => n !== undefined);
    const maxima = numbers(({ maxInFlight }) => maxInFlight);
    const gaps = numbers(({ minGapMs }) => minGapMs);
    this.#limits.set(endpoint, {
      maxInFlight: maxima.length > 0 ? Math.min(...maxima) : this.#defaults.maxInFlight,
      minGapMs: gaps.length > 0 ? Math.max(...gaps) : this.#defaults.minGapMs,
    });
  }

  #number({ id, endpoint, metadata }: Resource, { key, min, max }: Range): number | undefined {
    const value = metadata[key]?.trim();
    if (value === undefined || value === "") return undefined;
    const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
    if (number >= min && number <= max) return number;
    const message = `${key} of ${id} is ${JSON.stringify(value)}, not a whole number from ${min} to ${max}; it is ignored`;
    if (this.#problems.length < problemsMax) this.#problems.push({ resourceId: id, endpoint, key, value, message });
    return undefined;
  }
}

interface Range {
  readonly key: string;
  readonly min: number;
  readonly max: number;
}

function says({ metadata }: Resource): boolean {
  return metadata[deviceKeys.maxInFlight.key] !== undefined || metadata[deviceKeys.minGapMs.key] !== undefined;
}
