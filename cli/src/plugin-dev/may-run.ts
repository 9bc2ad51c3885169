import { skewMs } from "@ocelli/model";
import { span } from "../display/span.js";

/** What is known of the live runs of one pair. Instants are epoch ms of the broker's clock. */
export interface LivePair {
  readonly resourceId: string;
  readonly frequencyMs: number;
  /** Of its newest run, which is over. Undefined: none was seen, or one may be on that nobody knows the start of. */
  readonly startedAtMs: number | undefined;
}

/** A copy of a live run that wants to be run, and everything that counts for whether it may. */
export interface CopyCase {
  readonly nowMs: number;
  /** How long a run may take, in ms. */
  readonly timeoutMs: number;
  readonly pair: LivePair;
  /** The live plugin's other pairs on the same device. */
  readonly neighbours: readonly LivePair[];
  /** What the device wants between the end of one run and the start of the next, in ms. */
  readonly gapMs: number;
  /** When the newest run on the device ended, of whichever side. */
  readonly deviceFreeSinceMs: number;
  /** A copy is on at this device. */
  readonly deviceBusy: boolean;
  /** As many copies are on as there may be. */
  readonly full: boolean;
}

export type CopyVerdict =
  /** It gets `deadlineMs`, and where it asks for more time it must be over in `endMs`, both from now on. */
  | { readonly kind: "run"; readonly deadlineMs: number; readonly endMs: number }
  /** Perhaps later. */
  | { readonly kind: "wait"; readonly why: string }
  /** Never any more. */
  | { readonly kind: "skip"; readonly why: string };

/** Between the end of a copy and the earliest start of a live run, in ms: covers ways, clocks, and the end of a module that
 *  goes on past its deadline. */
export function reserveMs(frequencyMs: number): number {
  return Math.min(1_000, Math.max(100, Math.ceil(frequencyMs / 20)));
}

/** Before this instant the guard starts no live run of the pair, unless somebody forces it. */
function nextLiveAtMs(startedAtMs: number, frequencyMs: number): number {
  return startedAtMs + frequencyMs - skewMs(frequencyMs);
}

/** Whether a copy may run now: only where no live run of the device is on, and none may start before the copy is over. */
export function mayRun(copy: CopyCase): CopyVerdict {
  const { nowMs, timeoutMs, pair, neighbours, gapMs } = copy;
  const needMs = Math.min(timeoutMs, pair.frequencyMs / 2);
  const ownLeftMs = leftMs(pair, copy);
  if (ownLeftMs === undefined) return { kind: "skip", why: "another live run may be on" };
  if (ownLeftMs < needMs) {
    const left = ownLeftMs > 0 ? `only ${span(ownLeftMs)} are left` : "no time is left";
    return { kind: "skip", why: `${left} until the next live run may start; it needs ${span(needMs)}` };
  }
  if (copy.deviceBusy) return { kind: "wait", why: "another copy is on at its device" };
  if (copy.full) return { kind: "wait", why: "as many copies are on as --in-flight allows" };
  if (nowMs < copy.deviceFreeSinceMs + gapMs)
    return { kind: "wait", why: `its device wants ${span(gapMs)} between runs` };
  let spanMs = ownLeftMs;
  for (const neighbour of neighbours) {
    const { resourceId } = neighbour;
    const itsLeftMs = leftMs(neighbour, copy);
    if (itsLeftMs === undefined)
      return { kind: "wait", why: `no live result of ${resourceId}, the same device, was seen yet` };
    if (itsLeftMs < needMs)
      return { kind: "wait", why: `the live run on ${resourceId}, the same device, is due or on` };
    spanMs = Math.min(spanMs, itsLeftMs);
  }
  const endMs = Math.floor(spanMs);
  return { kind: "run", deadlineMs: Math.min(timeoutMs, endMs), endMs };
}

function leftMs({ startedAtMs, frequencyMs }: LivePair, { nowMs, gapMs }: CopyCase): number | undefined {
  if (startedAtMs === undefined) return undefined;
  return nextLiveAtMs(startedAtMs, frequencyMs) - reserveMs(frequencyMs) - gapMs - nowMs;
}
