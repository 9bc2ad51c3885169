import type { Clock, ItemAnswer, WorkItem } from "@ocelli/model";
import type { LiveModule } from "./ports.js";
import type { AnswerListener, Grant, Leave } from "./run-ports.js";

type Ask<A> = (module: LiveModule, items: readonly WorkItem[], listener: AnswerListener<A>, grant?: Grant) => Leave;

interface Elsewhere {
  readonly live: LiveModule;
  /** Who else could do it. */
  readonly next: (items: readonly WorkItem[]) => LiveModule | undefined;
  readonly clock: Clock;
  readonly grant: Grant | undefined;
}

/** Work on one replica that goes on at another where the first is lost: only items without an answer, only where the
 *  module says that doing them twice is harmless, and in the time that is left. */
export function answerElsewhere<A extends ItemAnswer>(
  items: readonly WorkItem[],
  ask: Ask<A>,
  listener: AnswerListener<A>,
  { live, next, clock, grant }: Elsewhere,
): Leave {
  const startedAtMs = clock.monotonicMs();
  const begun = new Set<number>();
  const lost: A[] = [];
  const leaves: Leave[] = [];
  let left = false;
  const leaveAll = (): void => {
    left = true;
    for (const leave of leaves.splice(0)) leave();
  };

  const goOn = (): void => {
    const indexes = lost.map(({ item }) => item);
    const open = indexes.flatMap((index) => items[index] ?? []);
    const other = open.length === 0 ? undefined : next(open);
    if (!other) {
      for (const answer of lost) if (!left) listener.onAnswer(answer);
      if (!left) listener.onEnd();
      return;
    }
    const spentMs = clock.monotonicMs() - startedAtMs;
    const indexOf = (item: number): number => indexes[item] ?? -1;
    const asked: Grant | undefined = grant && ((item, extendMs) => grant(indexOf(item), extendMs));
    const again = open.map((item) => inTimeLeft(item, spentMs));
    const second: AnswerListener<A> = {
      onAnswer: (answer) => listener.onAnswer({ ...answer, item: indexOf(answer.item) }),
      onEnd: () => listener.onEnd(),
    };
    leaves.push(ask(other, again, second, asked));
    if (left) leaveAll();
  };
  const first: AnswerListener<A> = {
    onAnswer: (answer) => {
      if (isLost(answer) && !begun.has(answer.item)) lost.push(answer);
      else listener.onAnswer(answer);
      if (!answer.last) begun.add(answer.item);
    },
    onEnd: goOn,
  };
  leaves.push(ask(live, items, first, grant));
  return leaveAll;
}

function isLost({ fault, last }: ItemAnswer): boolean {
  return last && fault?.scope === "module" && fault.retry === "at_once";
}

function inTimeLeft({ run, resource, resourceBytes, enrichments }: WorkItem, spentMs: number): WorkItem {
  const deadlineMs = Math.max(1, run.deadlineMs - spentMs);
  const leaseMs = Math.max(0, run.leaseMs - spentMs);
  return { run: { ...run, deadlineMs, leaseMs }, resource, resourceBytes, enrichments };
}
