import type { AnswerListener, Leave } from "./item-protocol.js";

/** The answers of a call as a stream, for readers that are in no hurry. Leaving the loop leaves the call; so does the signal. */
export async function* answersOf<Answer>(
  start: (listener: AnswerListener<Answer>) => Leave,
  signal: AbortSignal,
): AsyncGenerator<Answer> {
  if (signal.aborted) return;
  const answers: Answer[] = [];
  let ended = false;
  let wake = (): void => {};
  const leave = start({
    onAnswer: (answer) => {
      answers.push(answer);
      wake();
    },
    onEnd: () => {
      ended = true;
      wake();
    },
  });
  const onAbort = (): void => wake();
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    while (!signal.aborted) {
      const answer = answers.shift();
      if (answer !== undefined) yield answer;
      else if (ended) return;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  } finally {
    signal.removeEventListener("abort", onAbort);
    leave();
  }
}
