import { fnv1a, OcelliError } from "@ocelli/model";

/** Which resources a shadow takes part of: a share of them, always the same ones, or the first so many that come. */
export type Sample =
  | { readonly kind: "all" }
  | { readonly kind: "share"; readonly share: number }
  | { readonly kind: "count"; readonly count: number };

/** Reads "10%", "1/20" or "25". Throws `invalid`, saying how a sample is written. */
export function parseSample(text: string): Sample {
  const [, percent, parts, whole, count] = /^(?:(\d+(?:\.\d+)?)\s*%|(\d+)\s*\/\s*(\d+)|(\d+))$/.exec(text.trim()) ?? [];
  if (count !== undefined && Number(count) >= 1) return { kind: "count", count: Number(count) };
  const share = percent === undefined ? Number(parts) / Number(whole) : Number(percent) / 100;
  if (share > 0 && share <= 1) return { kind: "share", share };
  throw new OcelliError("invalid", `"${text}" is no sample; write 10%, 1/20, or 25 for so many resources`);
}

const hashes = 2 ** 32;

/** Remembers whom it took. */
export class Sampler {
  readonly #sample: Sample;
  readonly #taken = new Set<string>();

  constructor(sample: Sample) {
    this.#sample = sample;
  }

  takes(resourceId: string): boolean {
    const sample = this.#sample;
    switch (sample.kind) {
      case "all":
        return true;
      case "share":
        return fnv1a(resourceId) < sample.share * hashes;
      case "count":
        if (this.#taken.size < sample.count) this.#taken.add(resourceId);
        return this.#taken.has(resourceId);
    }
  }
}
