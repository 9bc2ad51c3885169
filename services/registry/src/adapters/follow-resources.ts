import type { Clock, Matcher, ResourceRecord } from "@ocelli/model";
import type { Mirror } from "./mirror.js";
import { Wake } from "./wake.js";

export type ResourceStep =
  | { readonly kind: "put"; readonly record: ResourceRecord }
  | { readonly kind: "delete"; readonly id: string }
  | { readonly kind: "caught_up" };

const longMs = 3_600_000;

/** The resources that match, then what changes, until `signal` aborts. One that stops matching is told as deleted. For a
 *  slow reader changes of one resource are merged: what waits is never more than the resources there are. */
export async function* followResources(
  resources: Mirror<ResourceRecord, string>,
  matches: Matcher,
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<ResourceStep> {
  const wake = new Wake(clock);
  const changed = new Set<string>();
  const told = new Set<string>();
  const end = resources.listen((id) => {
    changed.add(id);
    wake.ring();
  });
  const step = (id: string): ResourceStep | undefined => {
    const record = resources.get(id)?.value;
    if (record && matches(record.resource)) {
      told.add(id);
      return { kind: "put", record };
    }
    return told.delete(id) ? { kind: "delete", id } : undefined;
  };
  try {
    for (const id of [...resources.values()].map((entry) => entry.key)) {
      changed.delete(id);
      const first = step(id);
      if (first) yield first;
    }
    yield { kind: "caught_up" };
    while (!signal.aborted) {
      await wake.wait(longMs, signal);
      for (const id of changed) {
        changed.delete(id);
        const next = step(id);
        if (next) yield next;
        if (signal.aborted) return;
      }
    }
  } finally {
    end();
  }
}
