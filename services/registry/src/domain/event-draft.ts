import type { EventType } from "@ocelli/model";
import type { EventDraft } from "./ports.js";

interface About {
  readonly plugin?: string;
  readonly resourceId?: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

export function draft(type: EventType, message: string, about: About = {}): EventDraft {
  return {
    type,
    message,
    plugin: about.plugin ?? "",
    resourceId: about.resourceId ?? "",
    attributes: about.attributes ?? {},
  };
}

/** The first `limit` of `events` and one more that counts the rest, so that one bad answer cannot flood the stream. */
export function capped(events: readonly EventDraft[], limit: number): EventDraft[] {
  const first = events.slice(0, limit);
  const sample = events[limit];
  if (!sample) return first;
  const more = events.length - limit;
  return [...first, draft(sample.type, `and ${more} more of the same kind`, { plugin: sample.plugin })];
}
