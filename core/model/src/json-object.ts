/** An object as JSON has it: no list, and not null. What is in it is not looked at. */
export function isJsonObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a text, or its UTF-8 bytes, is the JSON of an object. What is no JSON or no UTF-8 is none. */
export function holdsJsonObject(json: string | Uint8Array): boolean {
  try {
    return isJsonObject(JSON.parse(typeof json === "string" ? json : utf8.decode(json)));
  } catch {
    return false;
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true });
