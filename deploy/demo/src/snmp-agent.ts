import { createSocket, type RemoteInfo } from "node:dgram";
import { EventEmitter, once } from "node:events";
import { createAgent, ErrorStatus, ObjectType, PduType, type User } from "net-snmp";
import { type MibTree, toWire } from "./mib-tree.js";

/** What arrived at a device: the truth that a test compares with what the poller says. */
export interface Arrival {
  /** `process.hrtime.bigint()` at the arrival. */
  readonly monotonicNs: bigint;
  readonly pdu: string;
  readonly requestId: number;
  readonly firstOid: string;
  readonly columns: number;
  /** False where the community or the user's keys are wrong. */
  readonly accepted: boolean;
}

export interface AgentOptions {
  /** UDP port on loopback; 0 lets the system choose. */
  readonly port: number;
  /** What to answer from, asked anew for each request, so that all values of one answer are of one instant. */
  readonly tree: () => MibTree;
  readonly communities?: readonly string[];
  readonly users?: readonly User[];
  /** The largest answer. A GETBULK answer is cut to fit, anything else is answered with tooBig. */
  readonly maxReplyBytes?: number;
  /** Waits this long before each answer. */
  readonly delayMs?: number;
  /** True, or true for the first OID of a request: logs what arrives and stays silent. */
  readonly dead?: boolean | ((firstOid: string) => boolean);
  /** A test's way to break an answer: the error status to give for this request, or undefined for none. */
  readonly refuse?: (oid: string) => ErrorStatus | undefined;
  readonly onArrival?: (arrival: Arrival) => void;
}

export interface RunningAgent {
  readonly port: number;
  close(): Promise<void>;
}

interface Varbind {
  oid: string;
  type: ObjectType;
  value: unknown;
}

/** The parts of net-snmp's message that are used here; its declarations leave them out. */
interface Message {
  readonly version: number;
  readonly pdu: {
    readonly id: number;
    readonly type: PduType;
    readonly nonRepeaters?: number;
    readonly maxRepetitions?: number;
    readonly varbinds: readonly { oid: string }[];
    getResponsePduForRequest(): { varbinds: Varbind[]; errorStatus?: number; errorIndex?: number };
  };
  createResponseForRequest(pdu: unknown): { toBuffer(): Buffer };
  createReportResponseMessage(engine: unknown, context: string, usmError: string): { toBuffer(): Buffer };
}

/** The parts of net-snmp's agent that are used or replaced here; its declarations say `any`. */
interface LibraryAgent {
  readonly engine: { engineBoots: number };
  readonly listener: { send: (report: Message & { toBuffer(): Buffer }, peer: RemoteInfo) => void };
  getRequest: Handler;
  getNextRequest: Handler;
  getBulkRequest: Handler;
  onProxyRequest: Handler;
  getAuthorizer(): { addCommunity(community: string): void; addUser(user: User): void };
}

type Handler = (socket: unknown, message: Message, peer: RemoteInfo) => void;

type MessageClass = { createFromBuffer(buffer: Buffer): Message };

const unknownEngineOid = "1.3.6.1.6.3.15.1.1.4.0";
const usmError = { wrongDigest: "5", decryption: "6" } as const;

/** Serves a tree over SNMP v1, v2c and v3 on 127.0.0.1. Messages and security are net-snmp's; the answers are ours,
 *  because its own MIB wants every table declared, and a recording has none. */
export async function startSnmpAgent(options: AgentOptions): Promise<RunningAgent> {
  const { maxReplyBytes = 1472, delayMs = 0 } = options;
  const socket = createSocket("udp4");
  socket.bind(options.port, "127.0.0.1");
  await once(socket, "listening");
  const door = new EventEmitter() as EventEmitter & { bind(): void };
  door.bind = () => undefined;

  const bootedAtMs = performance.now();
  let open = true;
  let Class: MessageClass | undefined;
  let refused: unknown;
  let arrived: Message["pdu"] | undefined;
  const agent: LibraryAgent = createAgent({ dgramModule: { createSocket: () => door } }, (error: unknown) => {
    refused = error ?? undefined;
  });
  for (const community of options.communities ?? []) agent.getAuthorizer().addCommunity(community);
  for (const user of options.users ?? []) agent.getAuthorizer().addUser(user);
  agent.engine.engineBoots = 1;
  Object.defineProperty(agent.engine, "engineTime", {
    get: () => 10 + Math.floor((performance.now() - bootedAtMs) / 1000),
  });

  const send = (bytes: Buffer, peer: RemoteInfo): void => {
    const { dead } = options;
    if (typeof dead === "function" ? dead(arrived?.varbinds[0]?.oid ?? "") : dead) return;
    const deliver = (): void => {
      // A peer that went away is its own affair.
      if (open) socket.send(bytes, peer.port, peer.address, () => undefined);
    };
    if (delayMs > 0) setTimeout(deliver, delayMs);
    else deliver();
  };
  // Reports alone go through here: discovery, and what the library refuses by itself.
  agent.listener.send = (report, peer) => {
    Class = report.constructor as unknown as MessageClass;
    if (report.pdu.varbinds[0]?.oid !== unknownEngineOid) refused = "reported";
    send(report.toBuffer(), peer);
  };
  const answer: Handler = (_socket, message, peer) => {
    arrived = message.pdu;
    send(reply(message, options, maxReplyBytes), peer);
  };
  agent.getRequest = answer;
  agent.getNextRequest = answer;
  agent.getBulkRequest = answer;
  agent.onProxyRequest = answer;

  socket.on("message", (bytes, peer) => {
    const monotonicNs = process.hrtime.bigint();
    arrived = undefined;
    refused = undefined;
    door.emit("message", bytes, peer);
    // Only the callbacks above write it, which the compiler cannot see.
    const pdu = arrived as Message["pdu"] | undefined;
    options.onArrival?.({
      monotonicNs,
      pdu: pdu ? (PduType[pdu.type] ?? "Unknown") : refused === undefined ? "Discovery" : "Refused",
      requestId: pdu?.id ?? 0,
      firstOid: pdu?.varbinds[0]?.oid ?? "",
      columns: pdu?.varbinds.length ?? 0,
      accepted: refused === undefined,
    });
    const why = usmReason(refused);
    if (why && Class)
      send(Class.createFromBuffer(bytes).createReportResponseMessage(agent.engine, "", why).toBuffer(), peer);
  });
  return {
    port: socket.address().port,
    async close() {
      if (!open) return;
      open = false;
      await new Promise<void>((resolve) => socket.close(resolve));
    },
  };
}

/** RFC 3414 wants a report for wrong keys; the library's agent stays silent, which a poller takes for a timeout. */
function usmReason(refused: unknown): string | undefined {
  if (!(refused instanceof Error)) return undefined;
  if (refused.message.startsWith("Authentication digest")) return usmError.wrongDigest;
  if (refused.message.startsWith("Failed to decrypt")) return usmError.decryption;
  return undefined;
}

function reply(message: Message, options: AgentOptions, maxReplyBytes: number): Buffer {
  const { pdu } = message;
  const refusal = pdu.varbinds.map(({ oid }) => options.refuse?.(oid)).findIndex((status) => status !== undefined);
  if (refusal >= 0) return failure(message, options.refuse?.(pdu.varbinds[refusal]?.oid ?? "") ?? 0, refusal + 1);
  const v1 = message.version === 0;
  const tree = v1 ? withoutCounter64(options.tree()) : options.tree();
  const found =
    pdu.type === PduType.GetBulkRequest
      ? bulk(tree, pdu.varbinds, pdu.nonRepeaters ?? 0, pdu.maxRepetitions ?? 0)
      : pdu.varbinds.map(({ oid }) => (pdu.type === PduType.GetRequest ? exactly(tree, oid) : after(tree, oid)));
  const missing = v1 ? found.findIndex((varbind) => varbind.type >= ObjectType.NoSuchObject) : -1;
  if (missing >= 0) return failure(message, ErrorStatus.NoSuchName, missing + 1);
  let kept = found;
  for (;;) {
    const bytes = success(message, kept);
    if (bytes.length <= maxReplyBytes) return bytes;
    if (pdu.type !== PduType.GetBulkRequest || kept.length <= 1) return failure(message, ErrorStatus.TooBig, 0);
    kept = kept.slice(0, Math.max(1, Math.floor((kept.length * maxReplyBytes) / bytes.length)));
  }
}

function success(message: Message, varbinds: Varbind[]): Buffer {
  const pdu = message.pdu.getResponsePduForRequest();
  pdu.varbinds = varbinds;
  return message.createResponseForRequest(pdu).toBuffer();
}

/** As RFC 1157 says: the request's own varbinds come back, with the number of the one at fault. */
function failure(message: Message, status: ErrorStatus, index: number): Buffer {
  const pdu = message.pdu.getResponsePduForRequest();
  pdu.varbinds = message.pdu.varbinds.map(({ oid }) => ({ oid, type: ObjectType.Null, value: null }));
  pdu.errorStatus = status;
  pdu.errorIndex = index;
  return message.createResponseForRequest(pdu).toBuffer();
}

function bulk(tree: MibTree, asked: readonly { oid: string }[], nonRepeaters: number, repetitions: number): Varbind[] {
  const once = asked.slice(0, nonRepeaters).map(({ oid }) => after(tree, oid));
  let row = asked.slice(nonRepeaters).map(({ oid }) => oid);
  const varbinds = [...once];
  for (let i = 0; i < Math.min(repetitions, 500) && varbinds.length < 2000 && row.length > 0; i += 1) {
    const found = row.map((oid) => after(tree, oid));
    varbinds.push(...found);
    if (found.every(({ type }) => type === ObjectType.EndOfMibView)) break;
    row = found.map(({ oid }) => oid);
  }
  return varbinds;
}

/** SNMP v1 has no type for them, so its agents step over them (RFC 3584, 4.1.2.3). */
function withoutCounter64(tree: MibTree): MibTree {
  return {
    get(oid) {
      const value = tree.get(oid);
      return value?.type === "counter64" ? undefined : value;
    },
    next(oid) {
      let found = tree.next(oid);
      while (found?.value.type === "counter64") found = tree.next(found.oid);
      return found;
    },
  };
}

function exactly(tree: MibTree, oid: string): Varbind {
  const value = tree.get(oid);
  return value === undefined ? { oid, type: ObjectType.NoSuchInstance, value: null } : { oid, ...toWire(value) };
}

function after(tree: MibTree, oid: string): Varbind {
  const next = tree.next(oid);
  return next === undefined
    ? { oid, type: ObjectType.EndOfMibView, value: null }
    : { oid: next.oid, ...toWire(next.value) };
}
