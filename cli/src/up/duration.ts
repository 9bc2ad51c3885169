import { OcelliError } from "@ocelli/model";

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** "30s", "5m", "1h": a span in ms. A bare number is seconds. Throws `invalid`, saying how a span is written. */
export function parseDuration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)?$/.exec(text.trim());
  const ms = Number(match?.[1]) * (unitMs[match?.[2] ?? "s"] ?? Number.NaN);
  if (!Number.isFinite(ms) || ms <= 0) {
    throw new OcelliError("invalid", `${JSON.stringify(text)} is not a span of time; write 30s, 5m or 1h`);
  }
  return ms;
}
