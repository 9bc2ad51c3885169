const unitMs = { s: 1_000, m: 60_000, h: 3_600_000 } as const;

/** "60s", "10m" or "8h" in ms. Throws on anything else. */
export function spanMs(text: string): number {
  const [, number = "", unit = ""] = /^(\d+)([smh])$/.exec(text) ?? [];
  const ms = Number(number) * (unitMs[unit as keyof typeof unitMs] ?? 0);
  if (!(ms >= unitMs.m)) throw new Error(`${JSON.stringify(text)} is no time of a minute or more: 60s, 10m, 8h`);
  return ms;
}
