import { stateMaxBytes } from "@ocelli/model";

/** What a pair remembers from run to run: any JSON of at most 4 KiB. Stored with the run or not at all. */
export interface RunState {
  /** What the last successful run left, or undefined. */
  get(): unknown;
  /** Throws RangeError beyond 4 KiB. `undefined` forgets. */
  set(json: unknown): void;
}

/** The state of one run, and what it wants to leave. */
export class StateCell implements RunState {
  readonly #before: Uint8Array;
  #after: Uint8Array | undefined;

  constructor(before: Uint8Array) {
    this.#before = before;
  }

  get(): unknown {
    const bytes = this.#after ?? this.#before;
    if (bytes.length === 0) return undefined;
    try {
      return JSON.parse(new TextDecoder().decode(bytes));
    } catch {
      return undefined; // Another version of the plugin may have left anything: start afresh.
    }
  }

  set(json: unknown): void {
    const text = json === undefined ? "" : JSON.stringify(json);
    const bytes = new TextEncoder().encode(text);
    if (bytes.length > stateMaxBytes) {
      throw new RangeError(`the state is ${bytes.length} bytes of JSON; at most ${stateMaxBytes} are kept`);
    }
    this.#after = bytes;
  }

  /** Undefined where the run left the state alone. */
  get changed(): Uint8Array | undefined {
    return this.#after;
  }
}
