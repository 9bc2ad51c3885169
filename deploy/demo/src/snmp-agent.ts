import { createSocket, type RemoteInfo } from "node:dgram";
import { EventEmitter, once } from "node:events";
import { createAgent, type ErrorStatus, PduType, type User } from "net-snmp";
import type { MibTree } from "./mib-tree.js";
import { answerBytes, type Message } from "./snmp-answer.js";

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
  try {
    await once(socket, "listening");
  } catch (error) {
    socket.close();
    throw error;
  }
  // What goes wrong with one datagram is not the end of the device.
  socket.on("error", () => undefined);
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
    send(answerBytes(message, options.tree, maxReplyBytes, options.refuse), peer);
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
