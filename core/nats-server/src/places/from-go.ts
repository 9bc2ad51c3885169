import { join } from "node:path";
import { binaryName } from "../asset.js";
import { keepInCache, workFolder } from "../cache.js";
import { lookAtBinary, no, type Place } from "../place.js";
import { lastLine } from "../run-command.js";
import { atLeast } from "../version.js";

const buildTimeoutMs = 15 * 60_000;

/** Built from source by the Go command of this machine, at a pinned version of the module. What is downloaded is
 *  held against Go's public checksum database, by Go itself; where that is switched off, nothing is built. */
export const fromGo: Place = {
  name: "Go module",
  async look(search, signal) {
    const { world, pins } = search;
    const version = pins.goVersion;
    if (!atLeast(version, search.minVersion)) return no(`the pinned version is ${version}`);
    const sums = await world.run("go", ["env", "GOSUMDB"], { timeoutMs: 20_000 }, signal);
    if (sums.kind === "failed") return no(`the command go ${sums.why}`);
    if (sums.code !== 0) return no(`go env failed: ${lastLine(sums.stderr)}`);
    if (sums.stdout.trim() === "off") return no("GOSUMDB is off, so nothing would verify what go downloads");

    await using work = await workFolder(search.cacheDir);
    search.progress(
      `Building nats-server ${version} with go, which verifies it against its checksum database (a minute or two).`,
    );
    const built = await world.run(
      "go",
      ["install", `github.com/nats-io/nats-server/v2@v${version}`],
      // GONOSUMDB "none" matches no module: a private pattern of the user must not exempt this one from its check.
      { timeoutMs: buildTimeoutMs, env: { ...world.env, GOBIN: work.path, CGO_ENABLED: "0", GONOSUMDB: "none" } },
      signal,
    );
    if (built.kind === "failed") return no(`go install ${built.why}`);
    if (built.code !== 0) return no(`go install failed: ${lastLine(built.stderr)}`);
    const file = join(work.path, binaryName(world.platform));
    const probe = await lookAtBinary(file, "go", search, signal);
    if (probe.kind === "no") return probe;
    const path = await keepInCache(search.cacheDir, version, world.platform, file);
    return { kind: "found", found: { kind: "binary", path, version, origin: "go" } };
  },
};
