import { fromBinary } from "@bufbuild/protobuf";
import {
  answerTag,
  faultFromProto,
  groupTag,
  packGroups,
  progressTag,
  responseTag,
  resultGroups,
  unpackGroups,
  WireReader,
  WireWriter,
} from "@ocelli/codec";
import { groupsPerRunMax, type PackedAnswer, type PackedGroups, stateMaxBytes } from "@ocelli/model";
import { PollAnswerSchema } from "@ocelli/proto/plugin";
import { FaultSchema } from "@ocelli/proto/resource";
import type { AnswerReader, AnswerTaker, Numbered } from "./answer-taker.js";
import { groupKey } from "./check-group.js";
import { checkPollAnswer } from "./check-poll-answer.js";
import { type Checked, refused } from "./checked.js";
import { HashBag } from "./hash-bag.js";
import { GroupScan } from "./scan-group.js";

type Answer = Numbered<PackedAnswer>;

const nothing = new Uint8Array();

/** All answers to one item together are no larger, in bytes: until the last one came they wait in memory. */
const itemMaxBytes = 16 * 1024 * 1024;

/** What earlier answers to an item brought, whose groups must not come again. */
interface Earlier {
  /** How large they were. */
  bytes: number;
  readonly keys: number[];
  readonly groups: PackedGroups[];
  /** The same as texts, from where the item was not taken in place any more. */
  seen: Set<string> | undefined;
}

/** Where the parts of one answer stand. */
interface Frame {
  readonly bytes: Uint8Array;
  readonly from: number;
  readonly to: number;
  item: number;
  fault: Uint8Array | undefined;
  state: Uint8Array;
  setState: boolean;
  more: boolean;
  hasGroups: boolean;
}

/** Reads the answers of one polling call in place: groups that look right are passed on as they came. An answer in which
 *  anything is unusual is decoded and checked by `checkPollAnswer`, whose word is the last. */
export class PollReader implements AnswerReader<Answer> {
  readonly #nowMs: () => number;
  readonly #earlier = new Map<number, Earlier>();
  readonly #response = new WireReader();
  readonly #inner = new WireReader();

  /** Groups without a time of their own get `nowMs()`; 0 leaves them without. */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  read(bytes: Uint8Array, taker: AnswerTaker<Answer>): void {
    const response = this.#response.open(bytes);
    const receivedAtMs = this.#nowMs();
    for (let field = response.tag(); field !== 0; field = response.tag()) {
      if (field === responseTag.answers) {
        const to = response.spanEnd();
        const frame = this.#frameOf(bytes, response.at, to);
        response.at = to;
        taker.answer(frame.item, () => this.#check(frame, receivedAtMs));
      } else if (field === responseTag.progress) this.#progress(bytes, taker);
      else if (field >>> 3 <= 2) throw new RangeError(`field ${field >>> 3} of the answers is of another type`);
      else response.skip(field);
    }
  }

  #progress(bytes: Uint8Array, taker: AnswerTaker<Answer>): void {
    const to = this.#response.spanEnd();
    const reader = this.#inner.open(bytes, this.#response.at, to);
    this.#response.at = to;
    let item = 0;
    let extendMs = 0;
    for (let field = reader.tag(); field !== 0; field = reader.tag()) {
      if (field === progressTag.item) item = reader.uint32();
      else if (field === progressTag.extendMs) extendMs = reader.uint32();
      else if (field >>> 3 <= 2) throw new RangeError(`field ${field >>> 3} of a progress is of another type`);
      else reader.skip(field);
    }
    taker.progress(item, extendMs);
  }

  #frameOf(bytes: Uint8Array, from: number, to: number): Frame {
    const reader = this.#inner.open(bytes, from, to);
    const frame: Frame = {
      bytes,
      from,
      to,
      item: 0,
      fault: undefined,
      state: nothing,
      setState: false,
      more: false,
      hasGroups: false,
    };
    for (let field = reader.tag(); field !== 0; field = reader.tag()) {
      if (field === answerTag.groups) {
        frame.hasGroups = true;
        reader.at = reader.spanEnd();
      } else if (field === answerTag.item) frame.item = reader.uint32();
      else if (field === answerTag.fault) frame.fault = reader.bytes();
      else if (field === answerTag.state) frame.state = reader.bytes();
      else if (field === answerTag.setState) frame.setState = reader.bool();
      else if (field === answerTag.more) frame.more = reader.bool();
      else if (field >>> 3 <= 6) throw new RangeError(`field ${field >>> 3} of an answer is of another type`);
      else reader.skip(field);
    }
    return frame;
  }

  #check(frame: Frame, receivedAtMs: number): Checked<Answer> {
    const { item, fault, state, setState, more } = frame;
    const earlier = this.#earlier.get(item);
    const bytes = (earlier?.bytes ?? 0) + frame.to - frame.from;
    if (bytes > itemMaxBytes) {
      this.#earlier.delete(item);
      return refused(`its answers to one item hold ${bytes} bytes so far, and at most ${itemMaxBytes} are taken`);
    }
    const stateFits = !setState || state.length <= stateMaxBytes;
    const groups = stateFits && !earlier?.seen ? takeInPlace(frame, earlier, receivedAtMs) : undefined;
    if (!groups) return this.#decoded(frame, earlier, bytes, receivedAtMs);
    if (newKeys.length + (earlier?.keys.length ?? 0) > groupsPerRunMax) return this.#endless(item);
    if (more) this.#remember(item, earlier, groups, bytes);
    return {
      kind: "good",
      value: {
        item,
        groups: groups.metrics > 0 ? groups : undefined,
        fault: fault && faultFromProto(fromBinary(FaultSchema, fault)),
        // What is kept for longer than the call must not hold on to its whole message.
        state: setState ? new Uint8Array(state) : undefined,
        last: !more,
      },
    };
  }

  #decoded(frame: Frame, earlier: Earlier | undefined, bytesSoFar: number, receivedAtMs: number): Checked<Answer> {
    const { bytes, from, to, item, more } = frame;
    const seen = earlier?.seen ?? new Set((earlier?.groups ?? []).flatMap(unpackGroups).map(groupKey));
    const checked = checkPollAnswer(fromBinary(PollAnswerSchema, bytes.subarray(from, to)), seen);
    if (checked.kind === "refused") return checked;
    if (seen.size > groupsPerRunMax) return this.#endless(item);
    if (more) this.#earlier.set(item, { bytes: bytesSoFar, keys: [], groups: [], seen });
    const { groups, ...rest } = checked.value;
    return {
      kind: "good",
      value: { ...rest, item, groups: groups.length > 0 ? packGroups(groups, receivedAtMs) : undefined },
    };
  }

  #endless(item: number): Checked<Answer> {
    this.#earlier.delete(item);
    return refused(`it brought more than ${groupsPerRunMax} metric groups: does its generator never end?`);
  }

  #remember(item: number, earlier: Earlier | undefined, groups: PackedGroups, bytesSoFar: number): void {
    const kept = earlier ?? { bytes: 0, keys: [], groups: [], seen: undefined };
    kept.bytes = bytesSoFar;
    kept.keys.push(...newKeys);
    kept.groups.push(groups);
    this.#earlier.set(item, kept);
  }
}

const reader = new WireReader();
const writer = new WireWriter();
const stampWriter = new WireWriter();
const scan = new GroupScan();
const keys = new HashBag();
/** Of the groups of the answer that was taken last. */
const newKeys: number[] = [];
let stamp: { readonly atMs: number; readonly bytes: Uint8Array } = { atMs: 0, bytes: nothing };

/** The groups of an answer as they stand in a result; undefined where any of them has to be looked at again. */
function takeInPlace(frame: Frame, earlier: Earlier | undefined, receivedAtMs: number): PackedGroups | undefined {
  const { bytes, from, to } = frame;
  newKeys.length = 0;
  if (!frame.hasGroups) return noGroups;
  keys.empty();
  for (const key of earlier?.keys ?? []) keys.add(key);
  let metrics = 0;
  let hasStatus = false;
  writer.drop();
  reader.open(bytes, from, to);
  for (let field = reader.tag(); field !== 0; field = reader.tag()) {
    if (field !== answerTag.groups) {
      reader.skip(field);
      continue;
    }
    const end = reader.spanEnd();
    if (!scan.looksRight(bytes, reader.at, end) || !keys.add(scan.key)) return undefined;
    newKeys.push(scan.key);
    metrics += scan.metrics;
    hasStatus ||= scan.isStatus;
    const group = bytes.subarray(reader.at, end);
    if (scan.hasTime || receivedAtMs === 0) writer.message(resultGroups, group);
    else writer.joined(resultGroups, group, stampOf(receivedAtMs));
    reader.at = end;
  }
  return { bytes: writer.finish(), metrics, hasStatus };
}

const noGroups: PackedGroups = { bytes: nothing, metrics: 0, hasStatus: false };

/** The field that says when a group was read. */
function stampOf(atMs: number): Uint8Array {
  if (stamp.atMs === atMs) return stamp.bytes;
  stampWriter.drop();
  stampWriter.int64(groupTag.atMs, atMs);
  stamp = { atMs, bytes: stampWriter.finish() };
  return stamp.bytes;
}
