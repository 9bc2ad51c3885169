import { eventFromProto, resultFromProto } from "@ocelli/codec";
import { type Clock, type MeshEvent, messageOf, type Result } from "@ocelli/model";
import type { Feed, TailResponse } from "@ocelli/proto/registry";
import type { Client } from "@ocelli/rpc";
import { RecentlySeen } from "./recently-seen.js";

export type FeedEntry =
  /** The tail stands: everything from now on is seen. Comes once, before everything else. */
  | { readonly kind: "started" }
  | { readonly kind: "result"; readonly result: Result }
  | { readonly kind: "event"; readonly event: MeshEvent };

export interface FeedWish {
  readonly plugin?: string;
  readonly resourceId?: string;
  readonly sinceS?: number;
  readonly noResults?: boolean;
  readonly noEvents?: boolean;
}

export interface FeedDeps {
  readonly feed: Pick<Client<typeof Feed>, "tail">;
  readonly clock: Clock;
  /** The registry is away or back, in a sentence. */
  readonly say: (sentence: string) => void;
}

const againMs = 500;
/** Added to what is asked for again after a break: clocks and ways differ. */
const overlapS = 2;

/** Follows what the mesh finds and says until `signal` aborts. Goes on when the registry restarts, and then asks for what
 *  happened meanwhile; nothing comes twice. Throws where the registry cannot be reached in the first place. */
export async function* followFeed(deps: FeedDeps, wish: FeedWish, signal: AbortSignal): AsyncGenerator<FeedEntry> {
  const { feed, clock, say } = deps;
  const seen = new RecentlySeen();
  let stands: "never" | "now" | "away" = "never";
  let lastHeardMs = clock.monotonicMs();
  while (!signal.aborted) {
    const breakS = Math.ceil((clock.monotonicMs() - lastHeardMs) / 1000) + overlapS;
    try {
      for await (const response of feed.tail(
        { ...wish, ...(stands === "never" ? {} : { sinceS: breakS }) },
        { signal },
      )) {
        const entry = entryOf(response, say);
        if (entry?.kind === "started") {
          if (stands === "never") yield entry;
          if (stands === "away") say("the registry is back");
          stands = "now";
        }
        lastHeardMs = clock.monotonicMs();
        if (entry && entry.kind !== "started" && seen.add(entry)) yield entry;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (stands === "never") throw error;
    }
    if (signal.aborted) return;
    // However it ended: in order or not, it may come again.
    if (stands === "now") {
      say("the registry does not answer any more; waiting for it");
      stands = "away";
    }
    await clock.sleep(againMs, signal);
  }
}

function entryOf({ entry }: TailResponse, say: (sentence: string) => void): FeedEntry | undefined {
  try {
    if (entry.case === "result") return { kind: "result", result: resultFromProto(entry.value) };
    if (entry.case === "event") return { kind: "event", event: eventFromProto(entry.value) };
    return entry.case === "started" ? { kind: "started" } : undefined;
  } catch (error) {
    say(`one result is left out: ${messageOf(error)}`);
    return undefined;
  }
}
