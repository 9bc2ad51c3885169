/** A path as an RFC 6901 JSON pointer. */
export function toPointer(path: readonly PropertyKey[]): string {
  return path.map((key) => `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

/** The keys of a JSON pointer. Throws RangeError on text that is none. */
function fromPointer(pointer: string): string[] {
  if (pointer === "") return [];
  if (!pointer.startsWith("/")) throw new RangeError(`not a JSON pointer: ${JSON.stringify(pointer)}`);
  const keys = pointer.slice(1).split("/");
  return keys.map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** Sets a value in a tree of objects and lists, making objects where there is nothing. Throws RangeError where the
 *  pointer leads through a value that is neither, or to the prototype of an object. */
export function setAt(root: Record<string, unknown>, pointer: string, value: unknown): void {
  const keys = fromPointer(pointer);
  const last = keys.pop();
  if (last === undefined) throw new RangeError("the whole of the settings cannot be a secret");
  if ([...keys, last].includes("__proto__")) throw new RangeError(`${pointer} is not a place in settings`);
  let place: Record<string, unknown> = root;
  for (const key of keys) {
    const next = Object.hasOwn(place, key) ? place[key] : undefined;
    if (next === undefined) place[key] = {};
    else if (typeof next !== "object" || next === null) throw new RangeError(`${pointer} leads through a plain value`);
    place = place[key] as Record<string, unknown>;
  }
  place[last] = value;
}

/** The value at a path, or undefined. */
export function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (place, key) =>
      typeof place === "object" && place !== null ? (place as Record<PropertyKey, unknown>)[key] : undefined,
    root,
  );
}
