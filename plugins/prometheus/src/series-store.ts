import { type Metric, type MetricGroup, pollStatuses, type Result } from "@ocelli/plugin-sdk";
import type { Family, Sample } from "./exposition.js";
import { dimensionLabels, labelText, resourceLabels } from "./labels.js";
import { type Origin, originKey, planNames, sanitize } from "./name-plan.js";

export interface StoreOptions {
  /** Put before every name. */
  readonly prefix: string;
  /** How long a series is shown after it was last measured, in ms; three intervals of its pair where it is not said. */
  readonly ttlMs: number | undefined;
  /** Beyond, new series are left out and counted. */
  readonly maxSeries: number;
}

interface Series extends Sample {
  readonly pair: string;
  readonly measuredAtMs: number;
  readonly ttlMs: number;
}

/** A plugin with a resource, and how their last run went. */
interface Pair extends Pick<Result, "fence" | "status" | "startedAtMs" | "finishedAtMs"> {
  readonly endpoint: string;
  readonly labels: string;
  readonly ttlMs: number;
}

/** For results that do not say how often they come, in ms. */
const unknownTtlMs = 900_000;
const sweepEveryMs = 30_000;

/** The newest value of every series. All instants are of the mesh's clock, of which this knows the newest instant seen
 *  plus the time since: the clock of this machine may differ by any amount. */
export class SeriesStore {
  readonly #options: StoreOptions;
  readonly #origins = new Map<string, { readonly origin: Origin; readonly series: Map<string, Series> }>();
  readonly #pairs = new Map<string, Pair>();
  #size = 0;
  #left = 0;
  /** What has to be added to the monotonic clock for the mesh's. */
  #offsetMs = Number.NEGATIVE_INFINITY;
  #sweptAtMs = 0;

  constructor(options: StoreOptions) {
    this.#options = options;
  }

  /** How many samples were left out because there were too many series, since the last time it was asked. */
  takeLeftOut(): number {
    const left = this.#left;
    this.#left = 0;
    return left;
  }

  get size(): number {
    return this.#size;
  }

  /** Takes one result in. Other kinds than polling and results older than what is known are none of its business. */
  take(result: Result, monotonicMs: number): void {
    this.#offsetMs = Math.max(this.#offsetMs, result.finishedAtMs - monotonicMs);
    if (result.kind !== "polling" || !result.resource) return;
    const pairId = JSON.stringify([result.plugin, result.resource.id]);
    const known = this.#pairs.get(pairId);
    // Fences count anew where a resource moved to another endpoint.
    if (known?.endpoint === result.resource.endpoint && result.fence < known.fence) return;
    const labels = labelText(resourceLabels(result.plugin, result.resource));
    if (known && known.labels !== labels) this.#forget((series) => series.pair === pairId);
    const ttlMs = this.#options.ttlMs ?? (result.frequencyMs > 0 ? 3 * result.frequencyMs : unknownTtlMs);
    const { fence, status, startedAtMs, finishedAtMs } = result;
    const { endpoint } = result.resource;
    const pair: Pair = { labels, ttlMs, endpoint, fence, status, startedAtMs, finishedAtMs };
    this.#pairs.set(pairId, pair);
    for (const group of result.groups) this.#takeGroup(pairId, pair, group);
    if (monotonicMs - this.#sweptAtMs >= sweepEveryMs) this.#sweep(monotonicMs);
  }

  /** What is alive now, sorted by name. */
  families(monotonicMs: number): Family[] {
    this.#sweep(monotonicMs);
    const own = this.#pollFamilies(monotonicMs);
    const origins = [...this.#origins.values()];
    const names = planNames(
      origins.map(({ origin }) => origin),
      this.#options.prefix,
      own.map(({ name }) => name),
    );
    const families = origins.map(({ origin, series }) => ({
      name: names.get(originKey(origin)) ?? "",
      type: origin.type,
      help: `${origin.metric} of group ${origin.group}.`,
      samples: series.values(),
    }));
    return [...own.filter(() => this.#pairs.size > 0), ...families].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  #takeGroup(pair: string, { labels: ofResource, ttlMs, finishedAtMs }: Pair, group: MetricGroup): void {
    const ofGroup = labelText(dimensionLabels(group.dimensions));
    const labels = ofGroup === "" ? ofResource : `${ofResource},${ofGroup}`;
    for (const metric of group.metrics) {
      const { value } = metric;
      // A counter below zero is against the format and would spoil the whole scrape.
      if (metric.type === "counter" && !(value >= 0)) continue;
      this.#put(group.name, metric, { labels, value, pair, ttlMs, measuredAtMs: finishedAtMs });
    }
  }

  #put(group: string, { name, type }: Metric, series: Series): void {
    const origin: Origin = { group, metric: name, type };
    const key = originKey(origin);
    const entry = this.#origins.get(key) ?? { origin, series: new Map<string, Series>() };
    if (!entry.series.has(series.labels)) {
      if (this.#size >= this.#options.maxSeries) {
        this.#left += 1;
        return;
      }
      this.#size += 1;
    }
    this.#origins.set(key, entry);
    entry.series.set(series.labels, series);
  }

  #sweep(monotonicMs: number): void {
    this.#sweptAtMs = monotonicMs;
    const nowMs = this.#offsetMs + monotonicMs;
    this.#forget((series) => nowMs - series.measuredAtMs > series.ttlMs);
    for (const [key, { finishedAtMs, ttlMs }] of this.#pairs) {
      if (nowMs - finishedAtMs > ttlMs) this.#pairs.delete(key);
    }
  }

  #forget(isGone: (series: Series) => boolean): void {
    for (const [key, { series }] of this.#origins) {
      for (const [labels, one] of series) if (isGone(one) && series.delete(labels)) this.#size -= 1;
      if (series.size === 0) this.#origins.delete(key);
    }
  }

  #pollFamilies(monotonicMs: number): Family[] {
    const pairs = [...this.#pairs.values()];
    const nowMs = this.#offsetMs + monotonicMs;
    const gauge = (name: string, help: string, value: (pair: Pair) => number): Family => ({
      name: sanitize(`${this.#options.prefix}poll_${name}`),
      type: "gauge",
      help,
      samples: pairs.map((pair) => ({ labels: pair.labels, value: value(pair) })),
    });
    return [
      gauge("age_seconds", "Seconds since the plugin's last run against the resource ended.", (pair) =>
        Math.max(0, (nowMs - pair.finishedAtMs) / 1000),
      ),
      gauge("duration_seconds", "Seconds that the last run took.", (pair) =>
        Math.max(0, (pair.finishedAtMs - pair.startedAtMs) / 1000),
      ),
      gauge(
        "status",
        "How the last run ended: 0 success, 1 authentication, 2 network, 3 timeout, 4 partial, 5 internal, 6 missing metrics, 7 ping failure, 8 enrichment failure.",
        (pair) => pollStatuses.indexOf(pair.status),
      ),
      gauge("up", "1 where the last run brought data (success or partial), else 0.", (pair) =>
        pair.status === "success" || pair.status === "partial" ? 1 : 0,
      ),
    ];
  }
}
