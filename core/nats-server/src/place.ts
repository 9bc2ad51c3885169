import type { Pins } from "./pins.js";
import { lastLine } from "./run-command.js";
import { atLeast, versionIn } from "./version.js";
import type { World } from "./world.js";

/** Where a server came from. */
export type Origin = "given" | "path" | "cache" | "release" | "go";

/** What was found. Of a URL nothing is known yet: probing it is the matter of whoever connects. */
export type Found =
  | { readonly kind: "url"; readonly url: string }
  | { readonly kind: "binary"; readonly path: string; readonly version: string; readonly origin: Origin }
  | { readonly kind: "docker"; readonly image: string; readonly version: string };

export type FoundBinary = Extract<Found, { kind: "binary" }>;

export type Looked = { readonly kind: "found"; readonly found: Found } | { readonly kind: "no"; readonly why: string };

/** What every place is told. */
export interface Search {
  readonly world: World;
  readonly pins: Pins;
  readonly cacheDir: string;
  readonly minVersion: string;
  /** One sentence for people, each time something begins that takes a while. */
  readonly progress: (sentence: string) => void;
}

/** One place where a server may be, or be had from. An expected failure is an answer, not an error. */
export interface Place {
  readonly name: string;
  look(search: Search, signal?: AbortSignal): Promise<Looked>;
}

export function no(why: string): Looked {
  return { kind: "no", why };
}

/** Asks a binary for its version and holds it against the oldest one that will do. */
export async function lookAtBinary(
  path: string,
  origin: Origin,
  search: Search,
  signal?: AbortSignal,
): Promise<Looked> {
  const end = await search.world.run(path, ["--version"], { timeoutMs: 10_000 }, signal);
  if (end.kind === "failed") return no(`${path} ${end.why}`);
  const version = versionIn(end.stdout);
  if (end.code !== 0 || !version) {
    return no(`${path} does not say its version (exit ${end.code}: ${lastLine(end.stderr) || lastLine(end.stdout)})`);
  }
  if (!atLeast(version, search.minVersion)) {
    return no(`${path} is ${version}, and at least ${search.minVersion} is needed`);
  }
  return { kind: "found", found: { kind: "binary", path, version, origin } };
}
