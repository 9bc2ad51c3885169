import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { binaryName } from "../asset.js";
import { lookAtBinary, no, type Place } from "../place.js";

/** The first binary on PATH that is new enough; an older one in front of it is passed by, and named if none does. */
export const onPath: Place = {
  name: "PATH",
  async look(search, signal) {
    const { env, platform } = search.world;
    const refused: string[] = [];
    for (const dir of new Set((env["PATH"] ?? "").split(delimiter).filter(Boolean))) {
      const path = join(dir, binaryName(platform));
      const runnable = await access(path, constants.X_OK).then(
        () => true,
        () => false,
      );
      if (!runnable) continue;
      const looked = await lookAtBinary(path, "path", search, signal);
      if (looked.kind === "found") return looked;
      refused.push(looked.why);
    }
    return no(refused.join("; ") || "no nats-server on it");
  },
};
