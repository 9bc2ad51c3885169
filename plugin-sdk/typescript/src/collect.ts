import { kindOf } from "./json-kind.js";
import { WrongValue } from "./wrong-value.js";

/** Takes what an author's function returned, a list or a generator, value by value. A list is checked as a whole before
 *  any of it is used. Stops when `signal` aborts. Throws WrongValue where it is neither. */
export async function collect<T>(
  returned: unknown,
  what: { readonly service: string; readonly things: string },
  check: (value: unknown) => T,
  emit: (value: T) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  if (has(returned, Symbol.asyncIterator)) {
    for await (const value of returned as AsyncIterable<unknown>) {
      if (signal.aborted) return;
      await emit(check(value));
    }
    return;
  }
  const list = await returned;
  if (typeof list !== "object" || !has(list, Symbol.iterator)) {
    throw new WrongValue(`${what.service} returned ${kindOf(list)}: return a list of ${what.things}, empty for none`);
  }
  for (const value of Array.from(list as Iterable<unknown>, check)) {
    if (signal.aborted) return;
    await emit(value);
  }
}

function has(value: unknown, symbol: symbol): boolean {
  return typeof value === "object" && value !== null && symbol in value;
}
