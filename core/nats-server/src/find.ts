import { OcelliError } from "@ocelli/model";
import { cacheDir } from "./cache.js";
import { type Pins, pins } from "./pins.js";
import { type Found, lookAtBinary, type Place, type Search } from "./place.js";
import { fromDocker } from "./places/from-docker.js";
import { fromGo } from "./places/from-go.js";
import { fromRelease } from "./places/from-release.js";
import { inCache } from "./places/in-cache.js";
import { onPath } from "./places/on-path.js";
import { floorVersion } from "./version.js";
import { thisMachine, type World } from "./world.js";

export interface FindOptions {
  /** A server that runs already: taken as it is. */
  readonly url?: string;
  /** A binary to use, and no other: if it will not do, that is an error. */
  readonly binary?: string;
  /** Older servers are passed by. The floor of the mesh when left out. */
  readonly minVersion?: string;
  /** Look for a file only: a container will not do. */
  readonly binaryOnly?: boolean;
  /** One sentence for people, each time something begins that takes a while. */
  readonly onProgress?: (sentence: string) => void;
}

const places: readonly Place[] = [onPath, inCache, fromRelease, fromGo, fromDocker];

/**
 * Finds a nats-server, or fetches one into the user's cache, never as root: a given URL, a given binary, PATH, the
 * cache, a GitHub release checked against the table in `pins.ts`, a build by Go, Docker.
 * Fails with `unavailable` and the list of what was tried, each with its reason.
 */
export function findNatsServer(options: FindOptions, signal?: AbortSignal): Promise<Found> {
  return search({ world: thisMachine(), pins }, options, signal);
}

/** As `findNatsServer`, on a world that is handed in. */
export async function search(
  { world, pins }: { world: World; pins: Pins },
  options: FindOptions,
  signal?: AbortSignal,
): Promise<Found> {
  if (options.url) return { kind: "url", url: options.url };
  const task: Search = {
    world,
    pins,
    cacheDir: cacheDir(world),
    minVersion: options.minVersion ?? floorVersion,
    progress: options.onProgress ?? (() => {}),
  };
  if (options.binary) {
    const looked = await lookAtBinary(options.binary, "given", task, signal);
    if (looked.kind === "found") return looked.found;
    throw new OcelliError("precondition", `the given nats-server cannot be used: ${looked.why}`);
  }
  const tried: string[] = [];
  for (const place of places) {
    if (options.binaryOnly && place === fromDocker) continue;
    signal?.throwIfAborted();
    const looked = await place.look(task, signal);
    if (looked.kind === "found") return looked.found;
    tried.push(`  ${place.name}: ${looked.why}`);
  }
  throw new OcelliError(
    "unavailable",
    [
      `no nats-server ${task.minVersion} or newer was found, and none could be fetched:`,
      ...tried,
      "What to do: put a nats-server on PATH (https://docs.nats.io, or your package manager), name the file of one, or give the URL of one that runs.",
    ].join("\n"),
  );
}
