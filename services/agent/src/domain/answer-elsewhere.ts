import type { Clock, Fault, WorkItem } from "@ocelli/model";
import type { LiveModule } from "./ports.js";
import type { Grant } from "./run-ports.js";

interface Answer {
  readonly item: number;
  readonly last: boolean;
  readonly fault: Fault | undefined;
}

type Ask<A> = (module: LiveModule, items: readonly WorkItem[], grant?: Grant) => AsyncIterable<A>;

interface Elsewhere {
  readonly live: LiveModule;
  /** Who else could do it. */
  readonly next: (items: readonly WorkItem[]) => LiveModule | undefined;
  readonly clock: Clock;
  readonly grant: Grant | undefined;
}

/** Work on one replica that goes on at another where the first is lost: only items without an answer, only where the
 *  module says that doing them twice is harmless, and in the time that is left. */
export async function* answerElsewhere<A extends Answer>(
  items: readonly WorkItem[],
  ask: Ask<A>,
  { live, next, clock, grant }: Elsewhere,
): AsyncGenerator<A> {
  const startedAtMs = clock.monotonicMs();
  const begun = new Set<number>();
  const lost: A[] = [];
  for await (const answer of ask(live, items, grant)) {
    const another = isLost(answer) && !begun.has(answer.item);
    if (another) lost.push(answer);
    else yield answer;
    if (!answer.last) begun.add(answer.item);
  }
  const indexes = lost.map(({ item }) => item);
  const left = indexes.flatMap((index) => items[index] ?? []);
  const other = left.length === 0 ? undefined : next(left);
  if (!other) {
    yield* lost;
    return;
  }
  const spentMs = clock.monotonicMs() - startedAtMs;
  const indexOf = (item: number): number => indexes[item] ?? -1;
  const asked: Grant | undefined = grant && ((item, extendMs) => grant(indexOf(item), extendMs));
  const again = left.map((item) => ({ ...item, run: { ...item.run, ...less(item.run, spentMs) } }));
  for await (const answer of ask(other, again, asked)) yield { ...answer, item: indexOf(answer.item) };
}

function isLost({ fault, last }: Answer): boolean {
  return last && fault?.scope === "module" && fault.retry === "at_once";
}

function less(run: WorkItem["run"], spentMs: number): { deadlineMs: number; leaseMs: number } {
  return { deadlineMs: Math.max(1, run.deadlineMs - spentMs), leaseMs: Math.max(0, run.leaseMs - spentMs) };
}
