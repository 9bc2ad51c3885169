import { ErrorStatus, ObjectType, PduType } from "net-snmp";
import { type MibTree, toWire } from "./mib-tree.js";

interface Varbind {
  oid: string;
  type: ObjectType;
  value: unknown;
}

/** The parts of net-snmp's message that are used here; its declarations leave them out. */
export interface Message {
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

/** The answer to a request, made from the tree as it is now. `refuse` may give an error status for an OID. */
export function answerBytes(
  message: Message,
  treeNow: () => MibTree,
  maxReplyBytes: number,
  refuse: (oid: string) => ErrorStatus | undefined = () => undefined,
): Buffer {
  const { pdu } = message;
  for (const [i, { oid }] of pdu.varbinds.entries()) {
    const status = refuse(oid);
    if (status !== undefined) return failure(message, status, i + 1);
  }
  const v1 = message.version === 0;
  const tree = v1 ? withoutCounter64(treeNow()) : treeNow();
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
