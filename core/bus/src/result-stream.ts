import { type ResultHead, readResultHead, resultCodec } from "@ocelli/codec";
import { type Kind, OcelliError, type Result } from "@ocelli/model";
import { anySequence } from "./acked-publisher.js";
import type { Link } from "./link.js";
import { ResultReader } from "./result-reader.js";
import { pairOfKeys } from "./table.js";

/** An encoded result and where it belongs. */
export interface ResultBytes {
  readonly kind: Kind;
  /** The tokens of plugin and resource, with a dot between, as in a delivered task. */
  readonly key: string;
  /** A whole ocelli.task.v1.Result. */
  readonly bytes: Uint8Array;
  /** An earlier process may have published it: it is looked up before it is sent. */
  readonly maybeStored?: boolean;
  /** Called once, where the first publish got no answer: from here on it may take as long as the broker is away. */
  onWaiting?(): void;
}

/** How the publishing of a result ended. */
export type PublishEnd =
  | { readonly kind: "stored" }
  /** A newer run of the pair published meanwhile. */
  | { readonly kind: "stale" }
  /** The signal ended the waiting; it may or may not be stored. */
  | { readonly kind: "cancelled" }
  | { readonly kind: "too_large"; readonly why: string };

const stored: PublishEnd = { kind: "stored" };
const stale: PublishEnd = { kind: "stale" };
const cancelled: PublishEnd = { kind: "cancelled" };
const retryMs = 250;

/** What runs found: published once, read by any number of readers. */
export class ResultStream extends ResultReader {
  readonly #link: Link;

  constructor(link: Link) {
    super(link);
    this.#link = link;
  }

  /** The way of each run: stores an encoded result, however long the broker is away. An unanswered publish is looked up before
   *  it is repeated, so that a result is stored once. Never throws; `settle` is told once and must not throw. */
  publishBytes(result: ResultBytes, settle: (end: PublishEnd) => void, signal: AbortSignal): void {
    const { names, publisher, maxPayloadBytes } = this.#link;
    const { kind, key, bytes } = result;
    if (bytes.length > maxPayloadBytes) {
      settle({
        kind: "too_large",
        why: `a result has ${bytes.length} bytes in one piece; the broker takes ${maxPayloadBytes}`,
      });
      return;
    }
    if (signal.aborted) {
      settle(cancelled);
      return;
    }
    const subject = names.resultSubject(kind, key);
    if (result.maybeStored) {
      this.#settleUnanswered(subject, bytes, signal).then(settle, () => settle(cancelled));
      return;
    }
    publisher.send(subject, bytes, anySequence, (outcome) => {
      if (!(outcome instanceof OcelliError) && outcome.kind === "stored") {
        settle(stored);
        return;
      }
      result.onWaiting?.();
      this.#settleUnanswered(subject, bytes, signal).then(settle, () => settle(cancelled));
    });
  }

  /** As `publishBytes`, for a result that is not encoded. Throws `exhausted` where it is larger than the broker takes, and
   *  `cancelled` where `signal` ended the waiting. */
  async publish(result: Result, signal: AbortSignal): Promise<"stored" | "stale"> {
    const key = pairOfKeys.encode([result.plugin, result.resource?.id ?? ""]);
    const bytes = resultCodec.encode(result);
    const end = await new Promise<PublishEnd>((resolve) =>
      this.publishBytes({ kind: result.kind, key, bytes }, resolve, signal),
    );
    if (end.kind === "too_large") throw new OcelliError("exhausted", end.why);
    if (end.kind === "cancelled") throw new OcelliError("cancelled", `result of ${result.plugin} was not stored`);
    return end.kind;
  }

  /** Finds out whether a result is stored, and publishes it again until it is. */
  async #settleUnanswered(subject: string, bytes: Uint8Array, signal: AbortSignal): Promise<PublishEnd> {
    const { publisher, clock } = this.#link;
    const { endpoint, fence, part } = readResultHead(bytes);
    while (!signal.aborted) {
      await clock.sleep(retryMs, signal);
      await this.#link.connected(signal);
      const newest = await this.#newest(subject, signal);
      // After a move to another endpoint fences count anew: only those of one endpoint can be compared.
      if (newest?.endpoint === endpoint) {
        if (newest.fence > fence) return stale;
        if (newest.fence === fence && newest.part >= part) return stored;
      }
      if (signal.aborted) break;
      const outcome = await publisher.publish(subject, bytes).catch(() => undefined);
      if (outcome?.kind === "stored") return stored;
    }
    return cancelled;
  }

  /** The head of the newest result on a subject, asked until the broker answers. */
  async #newest(subject: string, signal: AbortSignal): Promise<ResultHead | undefined> {
    const { jsm, names, clock } = this.#link;
    while (!signal.aborted) {
      try {
        const found = await jsm.streams.getMessage(names.results, { last_by_subj: subject });
        return found ? readResultHead(found.data) : undefined;
      } catch {
        await clock.sleep(retryMs, signal);
      }
    }
    return undefined;
  }
}
