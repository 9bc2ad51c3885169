import { cachedBinary, cachedVersions } from "../cache.js";
import { lookAtBinary, no, type Place } from "../place.js";
import { atLeast } from "../version.js";

/** What an earlier search fetched: the newest that will do. */
export const inCache: Place = {
  name: "cache",
  async look(search, signal) {
    const versions = await cachedVersions(search.cacheDir);
    const refused: string[] = [];
    for (const version of versions.filter((candidate) => atLeast(candidate, search.minVersion))) {
      const path = cachedBinary(search.cacheDir, version, search.world.platform);
      const looked = await lookAtBinary(path, "cache", search, signal);
      if (looked.kind === "found") return looked;
      refused.push(looked.why);
    }
    if (refused.length > 0) return no(refused.join("; "));
    return no(`${search.cacheDir} holds ${versions.length > 0 ? `only ${versions.join(", ")}` : "no server"}`);
  },
};
