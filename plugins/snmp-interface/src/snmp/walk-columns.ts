import { isOfDevice, SnmpFailure } from "./failure.js";
import { compareOids, indexBelow, type Oid, oidBytes } from "./oid.js";
import type { SnmpRequests } from "./session.js";
import { type SnmpValue, type Varbind, valueBytes } from "./value.js";

export interface WalkLimits {
  /** At most this many rows in one request. */
  readonly maxRepetitions: number;
  /** What an answer should stay below, so that it is not fragmented on its way. */
  readonly replyBytes: number;
  /** A column with more rows than this is a device gone wrong. */
  readonly maxRows: number;
}

export const defaultWalkLimits: WalkLimits = { maxRepetitions: 25, replyBytes: 1400, maxRows: 65_536 };

export interface WalkedColumn {
  readonly column: Oid;
  /** Values by index: what follows the column in the OID. */
  readonly cells: ReadonlyMap<string, SnmpValue>;
  /** Why the column ended early, where it did: what has no cell is then unknown, not absent. */
  readonly failure: SnmpFailure | undefined;
}

interface Walker {
  readonly column: Oid;
  readonly cells: Map<string, SnmpValue>;
  cursor: Oid;
  failure: SnmpFailure | undefined;
}

/** Bytes of a varbind besides its OID and value, and of a message besides its varbinds (v3 with privacy included). */
const varbindOverhead = 6;
const messageOverhead = 120;
/** What a value is taken for before any was seen. */
const firstGuessBytes = 16;

/** Reads columns of a table side by side: each request asks for the next rows of all columns that go on. A column that
 *  the device refuses fails alone; a device that does not answer fails the walk. */
export async function walkColumns(
  requests: SnmpRequests,
  columns: readonly Oid[],
  limits: WalkLimits,
  signal: AbortSignal,
): Promise<WalkedColumn[]> {
  const walkers = columns.map((column): Walker => ({ column, cells: new Map(), cursor: column, failure: undefined }));
  let open = [...walkers];
  let meanBytes = Math.max(...columns.map(oidBytes), 0) + 2 + firstGuessBytes + varbindOverhead;
  let mostVarbinds = Number.POSITIVE_INFINITY;
  while (open.length > 0) {
    const fit = Math.min(mostVarbinds, Math.max(1, Math.floor((limits.replyBytes - messageOverhead) / meanBytes)));
    const asked = open.slice(0, fit);
    const repetitions = requests.bulk ? Math.max(1, Math.min(limits.maxRepetitions, Math.floor(fit / asked.length))) : 1;
    const reply = await ask(requests, asked, repetitions, signal);
    if (reply.kind === "too_big" && asked.length * repetitions > 1) {
      mostVarbinds = Math.max(1, Math.floor((asked.length * repetitions) / 2));
      continue;
    }
    if (reply.kind === "too_big" || reply.kind === "refused") {
      // Without a word on who is at fault, columns are asked alone until one is.
      const culprit = asked.length === 1 ? asked[0] : asked.find(({ cursor }) => cursor === reply.failure.oid);
      if (culprit) {
        culprit.failure = reply.failure;
        open = open.filter((walker) => walker !== culprit);
      } else mostVarbinds = 1;
      continue;
    }
    if (reply.kind === "ended") {
      open = open.filter((walker) => walker !== reply.walker);
      continue;
    }
    const ended = new Set(asked.filter((walker, i) => !takeRows(walker, reply.rows[i] ?? [], limits)));
    if (reply.rows.every((rows) => rows.length === 0)) {
      for (const walker of asked) walker.failure = new SnmpFailure("garbled", "the device sent an empty answer");
      open = open.filter((walker) => !asked.includes(walker));
      continue;
    }
    meanBytes = meanBytesOf(reply.rows.flat()) ?? meanBytes;
    // Columns that a cut answer left out come first the next time, so that none starves.
    const served = new Set(asked.filter((_, i) => (reply.rows[i] ?? []).length > 0));
    open = open.filter((walker) => !ended.has(walker));
    open = [...open.filter((walker) => !served.has(walker)), ...open.filter((walker) => served.has(walker))];
  }
  return walkers.map(({ column, cells, failure }) => ({ column, cells, failure }));
}

type Reply =
  | { readonly kind: "rows"; readonly rows: readonly (readonly Varbind[])[] }
  | { readonly kind: "too_big" | "refused"; readonly failure: SnmpFailure }
  | { readonly kind: "ended"; readonly walker: Walker };

async function ask(requests: SnmpRequests, asked: readonly Walker[], repetitions: number, signal: AbortSignal): Promise<Reply> {
  try {
    const oids = asked.map(({ cursor }) => cursor);
    return { kind: "rows", rows: await requests.after(oids, repetitions, signal) };
  } catch (error) {
    if (!(error instanceof SnmpFailure) || isOfDevice(error)) throw error;
    if (error.kind === "no_such_name") {
      const walker = asked.length === 1 ? asked[0] : asked.find(({ cursor }) => cursor === error.oid);
      if (walker) return { kind: "ended", walker };
    }
    return { kind: error.kind === "too_big" ? "too_big" : "refused", failure: error };
  }
}

/** Takes what belongs to the column; false once the column is through. */
function takeRows(walker: Walker, rows: readonly Varbind[], limits: WalkLimits): boolean {
  for (const { oid, value } of rows) {
    const index = indexBelow(walker.column, oid);
    if (value.kind === "end" || index === undefined) return false;
    if (compareOids(oid, walker.cursor) <= 0) return fail(walker, `the device's answers go round in circles at ${oid}`);
    if (walker.cells.size >= limits.maxRows) return fail(walker, `more than ${limits.maxRows} rows in ${walker.column}`);
    walker.cursor = oid;
    if (value.kind !== "nothing") walker.cells.set(index, value);
  }
  return true;
}

function fail(walker: Walker, message: string): false {
  walker.failure = new SnmpFailure("garbled", message);
  return false;
}

function meanBytesOf(varbinds: readonly Varbind[]): number | undefined {
  if (varbinds.length === 0) return undefined;
  const sum = varbinds.reduce((bytes, { oid, value }) => bytes + oidBytes(oid) + valueBytes(value) + varbindOverhead, 0);
  return sum / varbinds.length;
}
