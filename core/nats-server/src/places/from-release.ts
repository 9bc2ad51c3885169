import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { linkSignals, messageOf } from "@ocelli/model";
import { type Asset, assetPlatform, releaseAsset } from "../asset.js";
import { keepInCache, workFolder } from "../cache.js";
import { lookAtBinary, no, type Place, type Search } from "../place.js";
import { lastLine } from "../run-command.js";
import { atLeast } from "../version.js";

const downloadTimeoutMs = 180_000;
const largestBytes = 100 * 1024 * 1024;

/** A release asset of the project on GitHub: downloaded, held against the checksum in this repository, and only then
 *  unpacked. */
export const fromRelease: Place = {
  name: "GitHub release",
  async look(search, signal) {
    const { world, pins } = search;
    const version = pins.releaseVersion;
    if (!atLeast(version, search.minVersion)) return no(`the pinned release is ${version}`);
    const platform = assetPlatform(world.platform, world.arch);
    const wanted = pins.sha256[platform];
    if (!wanted) return no(`no checksum is known for ${version} on ${platform}, so nothing is downloaded`);

    const asset = releaseAsset(version, world.platform, world.arch);
    await using work = await workFolder(search.cacheDir);
    const archive = join(work.path, asset.fileName);
    search.progress(`Downloading nats-server ${version} from ${asset.url}.`);
    const download = await save(asset, archive, search, signal);
    if (download.kind === "failed") return no(`${asset.url} could not be downloaded: ${download.why}`);
    if (download.sha256 !== wanted) {
      return no(`${asset.fileName} has SHA-256 ${download.sha256} instead of ${wanted}: refused, nothing was unpacked`);
    }
    const tar = await world.run("tar", ["-xf", archive, "-C", work.path], { timeoutMs: 60_000 }, signal);
    if (tar.kind === "failed") return no(`the command tar ${tar.why}`);
    if (tar.code !== 0) return no(`${asset.fileName} could not be unpacked: ${lastLine(tar.stderr)}`);
    const probe = await lookAtBinary(join(work.path, asset.member), "release", search, signal);
    if (probe.kind === "no") return probe;
    const path = await keepInCache(search.cacheDir, version, world.platform, join(work.path, asset.member));
    return { kind: "found", found: { kind: "binary", path, version, origin: "release" } };
  },
};

type Download = { kind: "saved"; sha256: string } | { kind: "failed"; why: string };

async function save(asset: Asset, file: string, { world }: Search, signal?: AbortSignal): Promise<Download> {
  using deadline = linkSignals(signal);
  const timer = setTimeout(() => deadline.abort(new Error("it took too long")), downloadTimeoutMs);
  try {
    const response = await world.fetch(asset.url, deadline.signal);
    if (!response.ok || !response.body) return { kind: "failed", why: `HTTP status ${response.status}` };
    const hash = createHash("sha256");
    let sizeBytes = 0;
    const measure = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        sizeBytes += chunk.length;
        hash.update(chunk);
        done(sizeBytes > largestBytes ? new Error(`it is larger than ${largestBytes} bytes`) : null, chunk);
      },
    });
    await pipeline(Readable.fromWeb(response.body), measure, createWriteStream(file), { signal: deadline.signal });
    return { kind: "saved", sha256: hash.digest("hex") };
  } catch (error) {
    signal?.throwIfAborted();
    // fetch says only "fetch failed"; what failed is in its cause.
    return { kind: "failed", why: messageOf(error instanceof Error && error.cause ? error.cause : error) };
  } finally {
    clearTimeout(timer);
  }
}
