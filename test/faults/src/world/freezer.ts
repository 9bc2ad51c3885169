import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Warden } from "./warden.js";

const placeV1 = "/sys/fs/cgroup/freezer";
const placesV2 = ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"];

/** A cgroup that can be frozen whole: a process with everything it started, and whatever they start meanwhile. */
export interface Freezer {
  freeze(pids: readonly number[]): Promise<void>;
  thaw(): void;
}

/** Makes a freezer. Throws a clear sentence where this machine has none, or does not let us. */
export function makeFreezer(name: string, warden: Warden): Freezer {
  const v1 = existsSync(join(placeV1, "cgroup.procs"));
  const v2 = placesV2.find((place) => existsSync(join(place, "cgroup.controllers")));
  const place = v1 ? placeV1 : v2;
  if (place === undefined) throw new Error("this machine has no cgroup freezer, neither version 1 nor 2");
  const path = join(place, name);
  const switchFile = join(path, v1 ? "freezer.state" : "cgroup.freeze");
  const [on, off] = v1 ? ["FROZEN", "THAWED"] : ["1", "0"];
  warden.atTheEnd({ kind: "cgroup", path });
  warden.atTheEnd({ kind: "write", path: switchFile, text: off });
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    throw new Error(`a cgroup cannot be made in ${place}: freezing whole families needs root`, { cause: error });
  }
  const isFrozen = (): boolean =>
    v1
      ? readFileSync(switchFile, "utf8").trim() === "FROZEN"
      : readFileSync(join(path, "cgroup.events"), "utf8").includes("frozen 1");
  return {
    async freeze(pids) {
      for (const pid of pids) writeFileSync(join(path, "cgroup.procs"), String(pid));
      writeFileSync(switchFile, on);
      for (let i = 0; i < 100 && !isFrozen(); i += 1) {
        await new Promise((resolve) => setTimeout(resolve, 10));
        writeFileSync(switchFile, on);
      }
      if (!isFrozen()) throw new Error(`the cgroup ${path} does not freeze`);
    },
    thaw: () => writeFileSync(switchFile, off),
  };
}
