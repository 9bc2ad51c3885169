import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { status } from "@grpc/grpc-js";
import type { Item, PollRequest } from "@ocelli/proto/plugin";
import { MetricGroupSchema, MetricType } from "@ocelli/proto/resource";
import { type Call, Refusal } from "./grpc.js";
import { callItems, type ItemWork, stateOf } from "./items.js";
import type { Parts } from "./parts.js";
import { begin, type FaultInit, type Piece, WrongValue } from "./run.js";

type Group = MessageInitShape<typeof MetricGroupSchema>;
/** What the last answer to an item says besides. */
interface Last {
  readonly more?: boolean;
  readonly fault?: FaultInit;
  readonly state?: Uint8Array;
  readonly setState?: boolean;
}

/** Answers travel in batches of about this size. */
const batchBytes = 256 * 1024;
const envelopeBytes = 1024;

export function poll(module: Parts) {
  return (request: PollRequest, call: Call): Promise<undefined> =>
    callItems(
      module,
      request,
      call,
      (work) => pollItem(module, work),
      (progress) => ({ progress: [progress] }),
    );
}

async function pollItem(module: Parts, work: ItemWork): Promise<void> {
  const { breaks, messageBytes } = module;
  const { item, call, several } = work;
  let groups: Group[] = [];
  let bytes = 0;
  let over = false;
  const flush = async (last: Last): Promise<void> => {
    const answer = { item: item.item, groups, ...last };
    groups = [];
    bytes = 0;
    await call.send({ answers: [answer] });
  };
  const limit = breaks("ignores-lower-limit") ? 4 * 1024 * 1024 : messageBytes;
  const emit = async (group: Group): Promise<void> => {
    if (over) return;
    const size = sizeOf(group);
    if (size + envelopeBytes > limit) throw new WrongValue(`group probe is ${size} bytes, a message holds ${limit}`);
    const isUsual = messageBytes >= 4 * 1024 * 1024 && !work.isEndless;
    const room = breaks("one-big-message") && isUsual ? Number.POSITIVE_INFINITY : Math.min(limit, batchBytes);
    if (bytes > 0 && bytes + size > room) {
      await flush({ more: true });
      if (over) return;
    }
    groups.push(group);
    bytes += size;
  };
  const left: { state?: Uint8Array } = {};
  const fault = await work.run(async (piece) => {
    await pollResource(module, item, piece, emit, left);
  });
  if (fault && breaks("fails-together") && several && String(fault.message).includes("probe threw")) {
    throw new Refusal(status.INTERNAL, "the batch failed");
  }
  over = true;
  const keeps = fault === undefined || breaks("state-on-failure");
  if (fault && breaks("state-on-failure")) left.state ??= new TextEncoder().encode("{}");
  const last = { ...(fault && { fault }), ...(keeps && left.state && { state: left.state, setState: true }) };
  await flush(last);
  if (breaks("answers-twice") && item.item === 7) await call.send({ answers: [{ item: 7 }] });
}

function sizeOf(group: Group): number {
  return toBinary(MetricGroupSchema, create(MetricGroupSchema, group)).length;
}

async function pollResource(
  module: Parts,
  item: Item,
  piece: Piece,
  emit: (group: Group) => Promise<void>,
  left: { state?: Uint8Array },
): Promise<void> {
  const { breaks, instances } = module;
  const fail = await begin(module, piece);
  const knobs = breaks("reads-settings-late") ? instances.current(piece.instance) : piece.instance.knobs;
  const runs = (breaks("forgets-state") ? 0 : stateOf(module, item)) + 1;
  const pad = breaks("large-state") ? "x".repeat(5_000) : "";
  left.state = new TextEncoder().encode(JSON.stringify({ runs, ...(pad && { pad }) }));
  const id = item.resource?.id ?? "";
  const group = (n: number): Group => ({
    name: "probe",
    dimensions: [
      { name: "n", value: String(n) },
      { name: "plugin", value: piece.instance.plugin },
      ...(knobs.pad_bytes > 0 ? [{ name: "pad", value: "x".repeat(knobs.pad_bytes) }] : []),
      ...(breaks("secret-in-result") ? [{ name: "secret", value: knobs.secret }] : []),
    ],
    metrics: [
      { name: "runs_total", type: MetricType.COUNTER, value: { case: "intValue" as const, value: BigInt(runs) } },
      gauge("value", fail === "nan" ? Number.NaN : knobs.value),
      gauge("id_bytes", breaks("ascii-only") ? id.length : Buffer.byteLength(id)),
      ...(fail === "bad_name" ? [gauge("no-dash", 1)] : []),
    ].filter(({ name }) => !(breaks("leaves-zero-out") && name === "value" && knobs.value === 0)),
  });
  check(module, fail);
  for (let n = 0; n < knobs.groups || fail === "endless"; n += 1) {
    if (piece.signal.aborted) return;
    await emit(group(n));
    if (n % 50 === 49) await new Promise(setImmediate);
  }
  if (fail === "duplicate") await emit(group(0));
}

/** What the author got wrong, and a sentence that names it. */
function check({ breaks }: Parts, fail: string): void {
  if (fail === "nan" && !breaks("sends-nan")) throw new WrongValue("metric value of group probe is NaN: leave it out");
  if (fail === "bad_name" && !breaks("sends-bad-names"))
    throw new WrongValue("metric no-dash of group probe is no name");
  if (fail === "duplicate" && !breaks("sends-duplicates")) throw new WrongValue("group probe comes twice");
}

function gauge(name: string, value: number) {
  return { name, type: MetricType.GAUGE, value: { case: "doubleValue" as const, value } };
}
