import { registerCodec } from "@ocelli/codec";
import { OcelliError, type PairRegister } from "@ocelli/model";
import type { AckedPublisher } from "./acked-publisher.js";
import { pairOfKeys, Table, type TableDeps } from "./table.js";

export type WriteOutcome =
  | { readonly kind: "done"; readonly revision: number }
  | { readonly kind: "moved" }
  /** The register may or may not have been written. */
  | { readonly kind: "unanswered"; readonly reason: string };

/** The registers of one partition, keyed by plugin and resource. */
export class RegisterTable extends Table<PairRegister, readonly [string, string]> {
  readonly #publisher: AckedPublisher;
  readonly #prefix: string;

  constructor(deps: TableDeps, bucket: string) {
    super(deps, bucket, registerCodec, pairOfKeys);
    this.#publisher = deps.publisher;
    this.#prefix = `$KV.${bucket}.`;
  }

  /** The way of each run: writes an encoded register if the entry is still at `revision`, 0 for none. `key` is that of a
   *  delivered task. Never throws; `settle` is told once, maybe before this returns, and must not throw. */
  write(key: string, bytes: Uint8Array, revision: number, settle: (outcome: WriteOutcome) => void): void {
    this.#publisher.send(this.#prefix + key, bytes, revision, (outcome) => {
      if (outcome instanceof OcelliError) settle({ kind: "unanswered", reason: outcome.message });
      else if (outcome.kind === "stored") settle({ kind: "done", revision: outcome.sequence });
      else if (outcome.kind === "full") settle({ kind: "unanswered", reason: "the bucket is full" });
      else settle(outcome);
    });
  }
}
