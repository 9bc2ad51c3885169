/** Whether a text says which statuses are meant: 200, 2xx or 200-399. */
export function isExpectation(text: string): boolean {
  return rangeOf(text) !== undefined;
}

/** Whether a status is among those that are meant. */
export function isExpected(status: number, expectations: readonly string[]): boolean {
  return expectations.some((text) => {
    const range = rangeOf(text);
    return range !== undefined && status >= range.from && status <= range.to;
  });
}

function rangeOf(text: string): { from: number; to: number } | undefined {
  const [, hundreds] = text.match(/^([1-5])xx$/i) ?? [];
  if (hundreds !== undefined) return { from: Number(hundreds) * 100, to: Number(hundreds) * 100 + 99 };
  const [, from, to = from] = text.match(/^([1-5]\d\d)(?:\s*-\s*([1-5]\d\d))?$/) ?? [];
  if (from === undefined || Number(from) > Number(to)) return undefined;
  return { from: Number(from), to: Number(to) };
}
