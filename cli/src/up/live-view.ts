import { eventFromProto, resultFromProto } from "@ocelli/codec";
import { type Clock, messageOf } from "@ocelli/model";
import { Feed } from "@ocelli/proto/registry";
import { connect, createClient } from "@ocelli/rpc";
import { type Colors, eventLine, resultLine } from "../live-line.js";
import type { Tally } from "./tally.js";

export interface ViewOptions {
  readonly registry: string;
  readonly tally: Tally;
  readonly colors: Colors;
  /** One line of the view. */
  readonly show: (line: string) => void;
  readonly clock: Clock;
  /** One sentence for people, beside the data. */
  readonly say: (sentence: string) => void;
  /** The view stands: told once. */
  readonly onReady: () => void;
}

const againMs = 500;

/** Follows what the mesh finds and says until `signal` aborts, through restarts of the registry. */
export async function followMesh(options: ViewOptions, signal: AbortSignal): Promise<void> {
  const { clock } = options;
  const connection = connect(options.registry);
  const feed = createClient(Feed, connection);
  let ready = false;
  let lastSeenMonoMs = clock.monotonicMs();
  try {
    while (!signal.aborted) {
      // After a break, what happened meanwhile is told as well.
      const sinceS = ready ? Math.ceil((clock.monotonicMs() - lastSeenMonoMs) / 1000) : 0;
      try {
        for await (const { entry } of feed.tail({ sinceS }, { signal })) {
          if (entry.case === "started" && !ready) {
            ready = true;
            options.onReady();
          }
          lastSeenMonoMs = clock.monotonicMs();
          if (entry.case === "result") showResult(options, resultFromProto(entry.value));
          if (entry.case === "event") showEvent(options, eventFromProto(entry.value));
        }
      } catch (error) {
        if (ready && !signal.aborted) options.say(`The view waits for the registry: ${messageOf(error)}`);
      }
      if (!signal.aborted) await clock.sleep(againMs, signal);
    }
  } finally {
    connection.close();
  }
}

function showResult({ tally, show, colors }: ViewOptions, result: ReturnType<typeof resultFromProto>): void {
  tally.result(result);
  if (result.last) show(resultLine(result, colors));
}

function showEvent({ tally, show, colors }: ViewOptions, event: ReturnType<typeof eventFromProto>): void {
  tally.event(event);
  show(eventLine(event, colors));
}
