import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type Clock, messageOf, OcelliError, toToken } from "@ocelli/model";
import type { EventOutlet } from "../domain/run-ports.js";
import { noSpool, type Spool } from "../domain/spool.js";
import { SpoolLedger } from "../domain/spool-ledger.js";
import { SpoolDisk } from "./spool-disk.js";
import { type LeftRuns, lookAtLeft } from "./spool-left.js";
import { lockDirectory } from "./spool-lock.js";
import type { Place } from "./spool-record.js";
import { SegmentFiles, segmentBytes } from "./spool-segments.js";

export interface SpoolOptions {
  /** Shared by the agents of a machine; each has a folder of its id in it. Undefined: nothing is kept on disk. */
  readonly directory: string | undefined;
  readonly agentId: string;
  /** The mesh's id. */
  readonly mesh: string;
  readonly maxBytes: number;
}

export interface SpoolDeps {
  readonly clock: Pick<Clock, "monotonicMs">;
  readonly log: { info(fields: object, message: string): void; warn(fields: object, message: string): void };
  readonly event: EventOutlet;
  readonly count: (name: "spool_kept" | "spool_refused" | "spool_damaged", by?: number) => void;
}

export interface OpenSpool {
  readonly spool: Spool;
  readonly left: LeftRuns;
  /** A record that was left needs nothing any more. */
  done(place: Place): void;
  close(): Promise<void>;
}

const longestSegmentBytes = 8 << 20;
const segmentShare = 8;
const nothingLeft: LeftRuns = {
  count: 0,
  damaged: 0,
  tornBytes: 0,
  segments: [],
  aside: [],
  read: async () => [],
};
const withoutDisk: OpenSpool = { spool: noSpool, left: nothingLeft, done: () => {}, close: async () => {} };
/** Of the setting, not of the disk. */
const wrongSetting = new Set(["EACCES", "EPERM", "ENOTDIR", "EEXIST", "ENAMETOOLONG", "ENOENT"]);

/** Opens the spool of an agent for its mesh, below `directory`/agent/mesh. Throws `conflict` where another agent works in it, and
 *  `invalid` where it cannot be made. A disk that does not do its duty leaves the agent without a spool, and says so. */
export async function openSpool(options: SpoolOptions, deps: SpoolDeps): Promise<OpenSpool> {
  const { directory } = options;
  if (directory === undefined) return withoutDisk;
  const folder = join(resolve(directory), toToken(options.agentId));
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const lock = await lockDirectory(folder);
    try {
      return await openLocked(folder, options, deps, lock);
    } catch (error) {
      await lock.release();
      throw error;
    }
  } catch (error) {
    if (error instanceof OcelliError) throw error;
    const reason = messageOf(error);
    if (wrongSetting.has((error as NodeJS.ErrnoException).code ?? ""))
      throw new OcelliError("invalid", `[spool] directory: ${folder} cannot be used: ${reason}`, { cause: error });
    tellTrouble(deps, reason);
    return withoutDisk;
  }
}

async function openLocked(
  folder: string,
  { mesh, maxBytes }: SpoolOptions,
  deps: SpoolDeps,
  lock: { release(): Promise<void> },
): Promise<OpenSpool> {
  const { log, count, clock } = deps;
  const own = toToken(mesh);
  const files = await SegmentFiles.open(join(folder, own));
  const left = await lookAtLeft(files, mesh);
  const bytes = await segmentBytes(folder);
  for (const [token, there] of bytes) {
    if (token === own || there === 0) continue;
    const fields = { directory: join(folder, token), bytes: there };
    log.warn(fields, "the spool has results of another mesh; they stay there and are never published in this one");
  }
  for (const fields of left.aside) log.warn(fields, "a segment of the spool is put aside");
  if (left.damaged + left.tornBytes > 0) {
    const { damaged, tornBytes } = left;
    count("spool_damaged", damaged);
    log.warn({ damaged, tornBytes }, "records of the spool cannot be read and are lost; the others are published");
  }
  if (left.count > 0)
    log.info({ results: left.count }, "an earlier process left results in the spool; publishing them");
  const ours = left.segments.reduce((sum, one) => sum + one.bytes, 0);
  const all = [...bytes.values()].reduce((sum, one) => sum + one, 0);
  const segmentMax = Math.min(longestSegmentBytes, maxBytes / segmentShare);
  const ledger = new SpoolLedger(maxBytes, segmentMax, Math.max(0, all - ours));
  for (const one of left.segments) ledger.adopt(one.segment, one.bytes, one.live);
  for (const segment of ledger.takeDisposable()) await files.remove(segment).catch(() => undefined);
  let refused = 0;
  const onRecord = (what: "kept" | "refused"): void => {
    count(`spool_${what}`);
    if (what === "refused") refused += 1;
  };
  const onTrouble = (reason: string | undefined): void => {
    if (reason === undefined) tellGood(deps, refused);
    else tellTrouble(deps, reason);
    if (reason === undefined) refused = 0;
  };
  const disk = new SpoolDisk({ mesh, files, ledger, clock, onRecord, onTrouble });
  return {
    spool: disk,
    left,
    done: (place) => disk.doneAt(place),
    async close() {
      await disk.close();
      if (ledger.live > 0) log.info({ results: ledger.live }, "results wait in the spool for the next start");
      await lock.release();
    },
  };
}

const refuses = "the spool does not take results: those that wait for the broker are in the agent's memory only";

function tellTrouble({ log, event }: SpoolDeps, reason: string): void {
  log.warn({ reason }, refuses);
  const message = `${refuses}: ${reason}`;
  event({ type: "agent.spool_refuses", plugin: "", resourceId: "", message, attributes: { reason } });
}

function tellGood({ log, event }: SpoolDeps, refused: number): void {
  log.info({ refused }, "the spool takes results again");
  const message = `the spool takes results again; ${refused} were in the agent's memory only`;
  event({ type: "agent.spool_takes", plugin: "", resourceId: "", message, attributes: { refused: String(refused) } });
}
