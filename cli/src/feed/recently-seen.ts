import { createHash } from "node:crypto";
import type { MeshEvent, Result } from "@ocelli/model";

const keptMax = 20_000;

/** Remembers what came lately, so that what is asked for again after a break is not told twice. */
export class RecentlySeen {
  readonly #keys = new Set<string>();

  /** False where it was there already. */
  add(
    entry: { readonly kind: "result"; readonly result: Result } | { readonly kind: "event"; readonly event: MeshEvent },
  ): boolean {
    const key = entry.kind === "result" ? resultKey(entry.result) : eventKey(entry.event);
    if (this.#keys.has(key)) return false;
    this.#keys.add(key);
    if (this.#keys.size > keptMax) for (const oldest of this.#keys) return this.#keys.delete(oldest);
    return true;
  }
}

/** A run's fence is one of its pair alone. */
function resultKey({ plugin, resource, fence, part }: Result): string {
  return JSON.stringify([plugin, resource?.id, fence, part]);
}

function eventKey(event: MeshEvent): string {
  return createHash("sha1").update(JSON.stringify(event)).digest("base64");
}
