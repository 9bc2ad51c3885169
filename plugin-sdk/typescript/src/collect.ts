import { kindOf } from "./json-kind.js";
import type { Run } from "./run.js";
import { WrongValue } from "./wrong-value.js";

/** After so many values in a row others get a turn, timers and the network among them. */
export const turnEvery = 256;

export interface Collected<T> {
  /** As the author calls the function: "poll". */
  readonly service: string;
  /** What it returns: "metric groups". */
  readonly things: string;
  /** Nobody's device has more; a generator that goes on does not end. */
  readonly most: number;
  readonly check: (value: unknown) => T;
  /** Hands a value on; what it returns is waited for. */
  readonly emit: (value: T) => Promise<void> | undefined;
}

/** Takes what an author's function returned, a list or a generator, value by value. A list is checked as a whole before
 *  any of it is used. Stops with the run. Throws WrongValue where it is neither, or has no end. */
export async function collect<T>(returned: unknown, what: Collected<T>, run: Run): Promise<void> {
  const many = isGenerator(returned) ? returned : await returned;
  if (isGenerator(many)) return await collectGenerator(many, what, run);
  if (typeof many !== "object" || many === null || !(Symbol.iterator in many)) {
    throw new WrongValue(`${what.service} returned ${kindOf(many)}: return a list of ${what.things}, empty for none`);
  }
  for (const value of Array.from(many as Iterable<unknown>, what.check)) {
    if (run.stopped) return;
    run.brought += 1;
    const room = what.emit(value);
    if (room !== undefined) await room;
  }
}

type Generated = AsyncIterable<unknown> | IterableIterator<unknown>;

/** A list can be gone through again; what has `next` is made as it is read, and may go on for ever. */
function isGenerator(value: unknown): value is Generated {
  if (typeof value !== "object" || value === null) return false;
  return Symbol.asyncIterator in value || (Symbol.iterator in value && "next" in value);
}

async function collectGenerator<T>(
  many: Generated,
  { service, things, most, check, emit }: Collected<T>,
  run: Run,
): Promise<void> {
  for await (const value of many) {
    if (run.stopped) return;
    run.brought += 1;
    if (run.brought > most) {
      throw new WrongValue(`${service} brought more than ${most} ${things}: does its generator never end?`);
    }
    const room = emit(check(value));
    if (room !== undefined) await room;
    else if (run.brought % turnEvery === 0) await aTurn();
  }
}

/** Lets timers and the network have their turn. */
export function aTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
