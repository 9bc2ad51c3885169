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

/** How much is asked at once. After a refusal less is, until it is known which column is at fault: a device that
 *  refuses a GETBULK may only dislike what comes after the table. */
type Caution = "none" | "one_row" | "one_cell";

/** Bytes of a varbind besides its OID and value, and of a message besides its varbinds (v3 with privacy included). */
const varbindOverhead = 6;
const messageOverhead = 120;
/** What a value is taken for before any was seen. */
const firstGuessBytes = 16;

/** Reads columns of a table side by side: each request asks for the next rows of all columns that go on. A column that
 *  the device refuses fails alone; a device that does not answer fails the walk with an SnmpFailure. */
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
  let caution: Caution = "none";
  while (open.length > 0) {
    const room = Math.max(1, Math.floor((limits.replyBytes - messageOverhead) / meanBytes));
    const fit = caution === "one_cell" ? 1 : Math.min(mostVarbinds, room);
    const asked = open.slice(0, fit);
    const rowsThatFit = Math.max(1, Math.min(limits.maxRepetitions, Math.floor(fit / asked.length)));
    const repetitions = requests.bulk && caution === "none" ? rowsThatFit : 1;
    const reply = await ask(requests, asked, repetitions, signal);
    if (reply.kind === "rows") {
      open = takeReply(open, asked, reply.rows, limits);
      meanBytes = meanBytesOf(reply.rows.flat()) ?? meanBytes;
    } else if (reply.failure.kind === "too_big" && asked.length * repetitions > 1) {
      mostVarbinds = Math.floor((asked.length * repetitions) / 2);
    } else if (repetitions > 1) {
      caution = "one_row";
    } else {
      const culprit = asked.length === 1 ? asked[0] : asked.find(({ cursor }) => cursor === reply.failure.oid);
      caution = culprit ? "none" : "one_cell";
      // On v1 "no such name" is how a tree ends.
      if (culprit && reply.failure.kind !== "no_such_name") culprit.failure = reply.failure;
      open = open.filter((walker) => walker !== culprit);
    }
  }
  return walkers.map(({ column, cells, failure }) => ({ column, cells, failure }));
}

type Reply =
  | { readonly kind: "rows"; readonly rows: readonly (readonly Varbind[])[] }
  | { readonly kind: "refusal"; readonly failure: SnmpFailure };

async function ask(
  requests: SnmpRequests,
  asked: readonly Walker[],
  repetitions: number,
  signal: AbortSignal,
): Promise<Reply> {
  try {
    const oids = asked.map(({ cursor }) => cursor);
    return { kind: "rows", rows: await requests.after(oids, repetitions, signal) };
  } catch (error) {
    if (!(error instanceof SnmpFailure) || isOfDevice(error)) throw error;
    return { kind: "refusal", failure: error };
  }
}

/** The walkers that go on. Those that a cut answer left out come first, so that none starves. */
function takeReply(
  open: readonly Walker[],
  asked: readonly Walker[],
  rows: readonly (readonly Varbind[])[],
  limits: WalkLimits,
): Walker[] {
  const served = new Set(asked.filter((_, i) => (rows[i] ?? []).length > 0));
  const ended = new Set(asked.filter((walker, i) => !takeRows(walker, rows[i] ?? [], limits)));
  if (served.size === 0) {
    for (const walker of asked) {
      fail(walker, "the device sent an answer with nothing in it");
      ended.add(walker);
    }
  }
  const going = open.filter((walker) => !ended.has(walker));
  return [...going.filter((walker) => !served.has(walker)), ...going.filter((walker) => served.has(walker))];
}

/** Takes what belongs to the column; false once the column is through. */
function takeRows(walker: Walker, rows: readonly Varbind[], limits: WalkLimits): boolean {
  for (const { oid, value } of rows) {
    const index = indexBelow(walker.column, oid);
    if (value.kind === "end" || index === undefined) return false;
    if (compareOids(oid, walker.cursor) <= 0) return fail(walker, `the device's answers go round in circles at ${oid}`);
    if (walker.cells.size >= limits.maxRows)
      return fail(walker, `more than ${limits.maxRows} rows in ${walker.column}`);
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
  const sum = varbinds.reduce(
    (bytes, { oid, value }) => bytes + oidBytes(oid) + valueBytes(value) + varbindOverhead,
    0,
  );
  return sum / varbinds.length;
}
