/** JSON for programs: whole numbers beyond 2^53 as text, so that no digit is lost; bytes as the text they are. */
export function toJson(value: unknown, indent?: number): string {
  return JSON.stringify(
    value,
    (key, one: unknown) => {
      if (key === "$typeName" || key === "$unknown") return undefined;
      if (typeof one === "bigint") return Number.isSafeInteger(Number(one)) ? Number(one) : String(one);
      if (one instanceof Uint8Array) return new TextDecoder().decode(one);
      return one;
    },
    indent,
  );
}
