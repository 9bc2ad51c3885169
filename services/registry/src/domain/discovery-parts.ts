import type { DiscoverySummary, Resource, Result } from "@ocelli/model";

/** Everything one discovery run said, or all of it that came. */
export interface DiscoveryAnswer {
  readonly plugin: string;
  readonly fence: number;
  readonly resources: readonly Resource[];
  /** Undefined where the run did not end properly. */
  readonly summary: DiscoverySummary | undefined;
  /** False where parts are missing. */
  readonly whole: boolean;
  /** Why the run failed; empty where it did not. */
  readonly failure: string;
  readonly frequencyMs: number;
  /** When the run ended, in epoch ms of the broker's clock. */
  readonly finishedAtMs: number;
}

interface Unfinished {
  readonly fence: number;
  readonly parts: Map<number, Result>;
  /** When something new of it came. */
  newsAtMs: number;
}

/** How long to wait for what is missing, in ms. */
export interface Patience {
  /** The end is there, and a part before it is not. */
  readonly partMs: number;
  /** The end is not there: the run may go on, or its agent may have died. */
  readonly endMs: number;
}

/** Collects the parts of discovery runs. One run a plugin: a newer fence drops what an older one left unfinished. */
export class DiscoveryParts {
  readonly #runs = new Map<string, Unfinished>();
  /** The newest fence that was settled, by plugin: parts of it that come again say nothing new. */
  readonly #settled = new Map<string, number>();

  /** Whether the run of this part, or a newer one of its plugin, was applied already. */
  isSettled({ plugin, fence }: Result): boolean {
    return (this.#settled.get(plugin) ?? 0) >= fence;
  }

  /** The whole answer once no part is missing, and again with each part that comes again, until it is settled.
   *  `nowMs` is monotonic. Parts may come in any order, but none of an older fence than was seen. */
  add(part: Result, nowMs: number): DiscoveryAnswer | undefined {
    const { plugin, fence } = part;
    const before = this.#runs.get(plugin);
    const run = before?.fence === fence ? before : { fence, parts: new Map<number, Result>(), newsAtMs: nowMs };
    if (!run.parts.has(part.part)) run.newsAtMs = nowMs;
    run.parts.set(part.part, part);
    this.#runs.set(plugin, run);
    const last = endOf(run);
    return last && run.parts.size === last.part + 1 ? answerOf(run, true) : undefined;
  }

  /** What has waited for its missing parts for too long, as incomplete answers. */
  late(nowMs: number, patience: Patience): DiscoveryAnswer[] {
    const isLate = (run: Unfinished): boolean => {
      return nowMs - run.newsAtMs > (endOf(run) ? patience.partMs : patience.endMs);
    };
    return [...this.#runs.values()].filter(isLate).map((run) => answerOf(run, false));
  }

  /** The answer was applied. */
  settle({ plugin, fence }: DiscoveryAnswer): void {
    if (this.#runs.get(plugin)?.fence === fence) this.#runs.delete(plugin);
    this.#settled.set(plugin, fence);
  }

  forgetAll(): void {
    this.#runs.clear();
    this.#settled.clear();
  }
}

function endOf({ parts }: Unfinished): Result | undefined {
  for (const part of parts.values()) if (part.last) return part;
  return undefined;
}

function answerOf({ parts }: Unfinished, whole: boolean): DiscoveryAnswer {
  const ordered = [...parts.values()].sort((a, b) => a.part - b.part);
  const end = ordered.findLast((part) => part.last) ?? ordered.at(-1);
  if (!end) throw new RangeError("a discovery answer has at least one part");
  return {
    plugin: end.plugin,
    fence: end.fence,
    resources: ordered.flatMap((part) => part.discovery?.resources ?? []),
    summary: ordered.findLast((part) => part.discovery?.summary)?.discovery?.summary,
    whole,
    failure: end.status === "success" ? "" : (end.fault?.message ?? end.status),
    frequencyMs: end.frequencyMs,
    finishedAtMs: end.finishedAtMs,
  };
}
