import { linkSignals } from "@ocelli/model";
import { type CallHost, ignoreAfterMs } from "./call-host.js";
import type { TimedReader } from "./timed-reader.js";

/** Waits for a place among the calls in flight, at most `withinMs`. False where it got none. */
export async function enterWithin(host: CallHost, withinMs: number, signal: AbortSignal): Promise<boolean> {
  using waiting = linkSignals(signal);
  using timer = linkSignals(signal);
  void host.clock.sleep(withinMs, timer.signal).then(() => waiting.abort());
  const entered = await host.slots.enter(waiting.signal);
  timer.abort();
  return entered;
}

/** Gives a call's place back once the call is over in the background too. */
export function leaveAfter(host: CallHost, settling: Promise<void>): void {
  settling.then(
    () => host.slots.leave(),
    () => host.slots.leave(),
  );
}

/** Lets a stream that was answered end by itself, as cancelling many calls at once ends their connection. One that goes
 *  on long after `dueAtMs`, its deadline, is ignored by the module, which then counts as stuck. */
export async function settle<T>(
  host: CallHost,
  reader: TimedReader<T>,
  call: AbortController,
  dueAtMs: number,
  onMessage: (message: T) => void,
): Promise<void> {
  for (;;) {
    const read = await reader.next(dueAtMs + ignoreAfterMs, call.signal);
    if (read.kind === "message") {
      onMessage(read.message);
      continue;
    }
    if (read.kind === "due") {
      host.overran(`${host.title} goes on with a call ${ignoreAfterMs / 1000} s after its deadline`);
      call.abort();
    }
    return;
  }
}
